package dev.trine.deploy.measure;

import dev.trine.deploy.bench.ApartSuite;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Figures of this package that belong to the benchmark. */
public final class ApartFigures {
    private static final int MANY = 10_000;
    private static final int VERY_MANY = 100_000;
    private static final int FEW = 20;
    private static final int TURNS = 5;

    private ApartFigures() {
    }

    /** Who takes the figures of that suite. */
    public static ApartSuite.Taking of(ApartSuite suite) {
        return switch (suite) {
            case CATCH_UP -> (extent, progress) -> new Rebuild(Optional.of(extent.source()), 0, 1, Optional.of("0"))
                .take(extent.work(), progress);
            case INDEXING -> (extent, progress) -> new Indexing(extent.source(), extent.quick() ? 1 : TURNS)
                .take(extent.work(), progress);
            case REPOSITORIES -> (extent, progress) -> {
                Map<String, Object> all = new LinkedHashMap<>();
                for (int count : extent.quick() ? List.of(FEW) : List.of(MANY, VERY_MANY)) {
                    progress.accept("a node with " + count + " repositories");
                    new IdleRepositories(count, IdleRepositories.First.UNREAD).take(
                            Files.createDirectory(extent.work().resolve("of-" + count)), progress)
                        .forEach((name, value) -> all.put(count + " repositories: " + name, value));
                }
                return all;
            };
        };
    }
}
