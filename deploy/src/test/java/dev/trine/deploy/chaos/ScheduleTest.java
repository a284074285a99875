package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Faults follow from the seed. */
class ScheduleTest {
    private static final List<String> NODES = List.of("n1", "n2", "n3");
    private static final List<String> SERVICES = List.of("n1", "n2", "n3", "router1", "router2", "http", "ssh");
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

    private static Schedule schedule(long seed, int minutes) {
        return Schedule.of(seed, Duration.ofMinutes(minutes), ALL, NODES, SERVICES);
    }

    @Test
    void theSameSeedGivesTheSameFaults() {
        assertThat(schedule(7, 30)).isEqualTo(schedule(7, 30));
        assertThat(schedule(7, 30)).isNotEqualTo(schedule(8, 30));
    }

    @Test
    void aLongerRunBeginsAsAShorterOneDoes() {
        List<Schedule.Entry> shorter = schedule(3, 3).entries();
        assertThat(schedule(3, 30).entries().subList(0, shorter.size())).isEqualTo(shorter);
    }

    @Test
    void threeMinutesHaveRoomForEachKind() {
        for (long seed = 0; seed < 50; seed++) {
            Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
            schedule(seed, 4).entries().forEach(entry -> kinds.add(entry.fault().kind()));
            assertThat(kinds).as("seed " + seed).isEqualTo(ALL);
        }
    }

    @Test
    void oneFaultIsOverBeforeTheNextBegins() {
        Duration over = Schedule.CALM;
        for (Schedule.Entry entry : schedule(11, 60).entries()) {
            assertThat(entry.at()).isGreaterThanOrEqualTo(over);
            over = entry.at().plus(entry.lasts());
        }
        assertThat(over).isLessThan(Duration.ofMinutes(60).minus(Schedule.CALM));
    }

    @Test
    void aFreezeLastsLongerThanALease() {
        Duration lease = Duration.ofSeconds(5);
        assertThat(schedule(5, 60).entries()).filteredOn(entry -> entry.fault() instanceof Fault.Freeze)
            .isNotEmpty().allSatisfy(entry -> assertThat(entry.lasts()).isGreaterThan(lease));
    }

    @Test
    void everyProcessIsKilledSomeTime() {
        Set<String> killed = new HashSet<>();
        schedule(1, 24 * 60).entries().forEach(entry -> {
            if (entry.fault() instanceof Fault.Kill kill) {
                killed.add(kill.service());
            }
        });
        assertThat(killed).containsExactlyInAnyOrderElementsOf(SERVICES);
    }

    @Test
    void onlyTheKindsThatArePossibleCome() {
        Set<FaultKind> kinds = EnumSet.of(FaultKind.KILL, FaultKind.DELAY);
        assertThat(Schedule.of(1, Duration.ofMinutes(10), kinds, NODES, SERVICES).entries())
            .extracting(entry -> entry.fault().kind()).containsOnlyElementsOf(kinds);
        assertThat(Schedule.of(1, Duration.ofMinutes(10), Set.of(), NODES, SERVICES).entries()).isEmpty();
    }
}
