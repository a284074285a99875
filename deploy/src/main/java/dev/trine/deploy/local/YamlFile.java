package dev.trine.deploy.local;

import dev.trine.inspector.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * A configuration file that we and its reader both write: we set our keys, and leave alone all that somebody added. A
 * file that already says what we want is not touched, its comments survive.
 */
public final class YamlFile {
    private static final YAMLMapper YAML = YAMLMapper.builder().disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
        .enable(YAMLWriteFeature.MINIMIZE_QUOTES).build();

    private YamlFile() {
    }

    /**
     * Sets keys.
     *
     * @param ours    values by key; a map is a section, of which again only the keys given are set
     * @param comment first line of a file that is written
     */
    public static void set(Path file, Map<String, ?> ours, String comment) {
        Map<String, Object> before = Files.isRegularFile(file) ? read(file) : Map.of();
        Map<String, Object> after = merged(before, ours);
        if (!after.equals(before)) {
            PrivateFile.writeIfChanged(file, "# " + comment + "\n" + YAML.writeValueAsString(after));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> read(Path file) {
        try {
            Object yaml = YAML.readValue(Files.readString(file), Object.class);
            if (yaml == null) {
                return Map.of();
            }
            if (yaml instanceof Map) {
                return (Map<String, Object>) yaml;
            }
            throw new CommandFailure(file + " is not a list of keys: mend it, or remove it to get a new one");
        } catch (IOException | JacksonException e) {
            throw new CommandFailure(file + " cannot be read: mend it, or remove it to get a new one", e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> merged(Map<String, Object> before, Map<String, ?> ours) {
        Map<String, Object> after = new LinkedHashMap<>(before);
        ours.forEach((key, value) -> {
            Object old = before.get(key);
            if (value instanceof Map<?, ?> section) {
                Map<String, Object> base = old instanceof Map ? (Map<String, Object>) old : Map.of();
                after.put(key, merged(base, (Map<String, ?>) section));
            } else {
                after.put(key, value);
            }
        });
        return after;
    }
}
