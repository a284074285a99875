package dev.trine.deploy.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** Suites that need a cluster of their own, because they break it or fill it; somebody else takes their figures. */
public enum ApartSuite {
    /** An empty disk is filled again. */
    CATCH_UP("catch-up", "an empty disk is filled again, against a plain copy"),
    /** A pack is received, without anything around it. */
    INDEXING("indexing", "checking and indexing a pack that is received, without anything around it"),
    /** Very many repositories that nobody uses. */
    REPOSITORIES("repositories", "what a node pays for repositories that nobody uses");

    private final String id;
    private final String title;

    ApartSuite(String id, String title) {
        this.id = id;
        this.title = title;
    }

    /** Takes figures. */
    @FunctionalInterface
    public interface Taking {
        /**
         * Takes the figures of a suite.
         *
         * @return names with units, and values, in the order in which to show them
         */
        Map<String, Object> take(Extent extent, Consumer<String> progress) throws Exception;
    }

    /**
     * How much to do, and where.
     *
     * @param quick  little: it shows only that everything works
     * @param source a bare repository to host
     * @param work   an empty directory
     */
    public record Extent(boolean quick, Path source, Path work) {
    }

    String id() {
        return id;
    }

    /** The same as a suite among others. */
    Suite with(Taking taking, boolean quick) {
        return Suite.own(id, title, alone -> {
            try {
                taking.take(new Extent(quick, alone.load().source(), alone.load().fresh()), System.out::println)
                    .forEach((name, value) -> {
                        if (value instanceof Number number) {
                            alone.figure(name, "", number.doubleValue());
                        }
                    });
            } catch (RuntimeException | IOException | InterruptedException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException(id + ": " + e.getMessage(), e);
            }
        });
    }
}
