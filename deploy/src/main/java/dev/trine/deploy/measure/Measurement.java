package dev.trine.deploy.measure;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** One figure, or a few that belong together. */
public interface Measurement {
    /**
     * Takes the figures.
     *
     * @param work     an empty directory, removed afterwards
     * @param progress is told a sentence now and then
     * @return names with units, and figures; in the order in which to show them
     */
    Map<String, Object> take(Path work, Consumer<String> progress) throws Exception;
}
