package dev.trine.server.sha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BitRelationTest {
    private static final int STEPS = 80;
    private static final int LANE = 11;

    private Method jgitsCheck;
    private final Random random = new Random(20);

    @BeforeEach
    void findJGitsCheck() throws ReflectiveOperationException {
        jgitsCheck = Class.forName("org.eclipse.jgit.util.sha1.UbcCheck").getDeclaredMethod("check", int[].class);
        jgitsCheck.setAccessible(true);
    }

    /** A condition that a vector sets. */
    private record Condition(BitRelation relation, int step) {
        boolean isMet(int[] words) {
            int bits = words[step] >>> relation.bit() ^ words[step + relation.distance()] >>> relation.otherBit();
            return (bits & 1) == (relation.differ() ? 1 : 0);
        }

        void change(int[] words, boolean first) {
            if (first) {
                words[step] ^= 1 << relation.bit();
            } else {
                words[step + relation.distance()] ^= 1 << relation.otherBit();
            }
        }
    }

    private static List<Condition> conditions(int vector) {
        List<Condition> conditions = new ArrayList<>();
        for (BitRelation relation : BitRelation.ALL) {
            for (int step = 0; step < STEPS; step++) {
                if ((relation.vectors(step) >>> vector & 1) != 0) {
                    conditions.add(new Condition(relation, step));
                }
            }
        }
        return conditions;
    }

    private int[] wordsThatMeet(List<Condition> conditions) {
        int[] words = random.ints(STEPS).toArray();
        while (!conditions.stream().allMatch(one -> one.isMet(words))) {
            conditions.stream().filter(one -> !one.isMet(words)).findFirst()
                .ifPresent(one -> one.change(words, random.nextBoolean()));
        }
        return words;
    }

    /** By type, then k, then b. */
    private static List<DisturbanceVector> inJGitsOrder() {
        return DisturbanceVector.ALL.stream().sorted(Comparator.comparing(DisturbanceVector::type)
            .thenComparing(DisturbanceVector::k).thenComparing(DisturbanceVector::b)).toList();
    }

    private boolean isOpenForJGit(int vector, int[] words) {
        int number = inJGitsOrder().indexOf(DisturbanceVector.ALL.get(vector));
        try {
            return ((int) jgitsCheck.invoke(null, words) >>> number & 1) != 0;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static int[] planes(int[] words) {
        int[] planes = LaneArithmetic.planes();
        for (int step = 0; step < STEPS; step++) {
            planes[(LaneArithmetic.WORDS + step) * LaneArithmetic.LANES + LANE] = words[step];
        }
        LaneArithmetic.lookAtRelations(planes);
        return planes;
    }

    @Test
    void vectorsDemandWhatJGitSaysTheyDemandAndNothingElse() {
        int demanded = 0;
        for (int vector = 0; vector < DisturbanceVector.ALL.size(); vector++) {
            List<Condition> conditions = conditions(vector);
            demanded += conditions.size();
            for (int round = 0; round < 20; round++) {
                int[] words = wordsThatMeet(conditions);
                assertThat(isOpenForJGit(vector, words)).as("%s", DisturbanceVector.ALL.get(vector)).isTrue();
                assertThat(Suspicion.meetsAll(vector, planes(words), LANE)).isTrue();
                assertThat(LaneArithmetic.open(planes(words), LANE) >>> vector & 1).isEqualTo(1);
                for (Condition condition : conditions) {
                    condition.change(words, round % 2 == 0);
                    assertThat(isOpenForJGit(vector, words)).isFalse();
                    assertThat(Suspicion.meetsAll(vector, planes(words), LANE)).isFalse();
                    condition.change(words, round % 2 == 0);
                }
            }
        }
        assertThat(demanded).isEqualTo(373);
    }

    private static Object field(Object of, String name) throws ReflectiveOperationException {
        Field field = of.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(of);
    }

    @Test
    void messagesOfAVectorDifferInWhatJGitSaysTheyDifferIn() throws ReflectiveOperationException {
        Field all = jgitsCheck.getDeclaringClass().getDeclaredField("DV");
        all.setAccessible(true);
        Object[] vectors = (Object[]) all.get(null);
        List<DisturbanceVector> inItsOrder = inJGitsOrder();
        assertThat(vectors).hasSameSizeAs(inItsOrder);
        for (int number = 0; number < vectors.length; number++) {
            assertThat(inItsOrder.get(number).messageDifference()).isEqualTo(field(vectors[number], "dm"));
            assertThat(inItsOrder.get(number).quietStep()).isEqualTo(field(vectors[number], "testt"));
        }
    }

    @Test
    void whatIsLookedAtInAllLanesRulesOutAllButAFew() {
        int rounds = 10_000;
        int open = 0;
        for (int round = 0; round < rounds; round++) {
            open += Integer.bitCount(LaneArithmetic.open(planes(random.ints(STEPS).toArray()), LANE));
        }
        assertThat(open).isLessThan(rounds / 2);
    }
}
