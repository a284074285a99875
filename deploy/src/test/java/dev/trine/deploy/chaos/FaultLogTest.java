package dev.trine.deploy.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A fault that does nothing is held against the lab, except where nothing passed a line. */
class FaultLogTest {
    private static final Schedule.Entry CUT = entry(new Fault.OneWay("n1", "n3"));
    private static final Schedule.Entry KILL = entry(new Fault.Kill("n2"));

    private final FaultLog log = new FaultLog(new Schedule(List.of(CUT, KILL)));

    @Test
    void everyPlannedKindHasToCome() {
        add(CUT, true);
        assertThat(log.fired(new Interruption()).faults()).containsExactly("kill was planned and never came");
    }

    @Test
    void aKillThatFindsNobodyIsADefectWhateverOthersDid() {
        add(CUT, true);
        add(KILL, true);
        add(KILL, false);
        assertThat(log.fired(new Interruption()).faults()).containsExactly("kill of n2 did nothing");
    }

    @Test
    void aLineThatNobodyUsedIsADefectOnlyIfNoOtherCutMetAnybody() {
        add(KILL, true);
        add(CUT, false);
        assertThat(log.fired(new Interruption()).faults()).hasSize(1)
            .first().asString().startsWith("one-way of ").endsWith(" did nothing");
        add(CUT, true);
        assertThat(log.fired(new Interruption()).faults()).isEmpty();
    }

    private void add(Schedule.Entry entry, boolean fired) {
        log.add(new FaultRecord(entry, Duration.ZERO, Duration.ofSeconds(1), "", fired));
    }

    private static Schedule.Entry entry(Fault fault) {
        return new Schedule.Entry(Duration.ZERO, Duration.ofSeconds(1), fault);
    }
}
