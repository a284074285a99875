package dev.trine.common.config;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a YAML file into a record. Keys are the kebab-case names of the record's components, nested records are nested
 * sections. {@link Default} gives what the file leaves out; an Optional may be left out. All problems are reported
 * together; the checks of a record's own constructor (IllegalArgumentException) count as problems of its section.
 */
public final class ConfigFile {
    private static final long BYTES_MAX = 1 << 20;

    private ConfigFile() {
    }

    /**
     * Reads a file.
     *
     * @throws ConfigException if it cannot be read or has any problem; the message lists all of them
     */
    public static <R extends Record> R load(Path file, Class<R> type) throws ConfigException {
        Object yaml = read(file);
        if (yaml != null && !(yaml instanceof Map)) {
            throw new ConfigException("config " + file + ": not a list of keys; write one \"key: value\" per line");
        }
        Binder binder = new Binder();
        Object bound = binder.record(yaml == null ? Map.of() : (Map<?, ?>) yaml, type, "");
        List<String> problems = binder.problems();
        if (!problems.isEmpty() || bound == null) {
            throw new ConfigException("config " + file + " has " + problems.size()
                + (problems.size() == 1 ? " problem:" : " problems:") + "\n  " + String.join("\n  ", problems));
        }
        return type.cast(bound);
    }

    /** All keys with their values, one per line, without those marked {@link Secret}. */
    public static String describe(Record config) {
        StringBuilder out = new StringBuilder();
        describe(config, "", out);
        return out.toString();
    }

    private static @Nullable Object read(Path file) throws ConfigException {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new ConfigException("config " + file + ": larger than 1 MiB, not a configuration file");
            }
            return new YAMLMapper().readValue(Files.readString(file), Object.class);
        } catch (NoSuchFileException e) {
            throw new ConfigException("config " + file + ": no such file");
        } catch (IOException e) {
            throw new ConfigException("config " + file + ": cannot be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw new ConfigException("config " + file + ": not YAML: " + e.getOriginalMessage());
        }
    }

    private static void describe(Record config, String prefix, StringBuilder out) {
        for (RecordComponent component : config.getClass().getRecordComponents()) {
            String key = prefix + Keys.of(component.getName());
            if (component.isAnnotationPresent(Secret.class)) {
                out.append(key).append(": (secret)\n");
            } else {
                describeValue(valueOf(config, component), key, out);
            }
        }
    }

    private static void describeValue(Object value, String key, StringBuilder out) {
        switch (value) {
            case Optional<?> maybe when maybe.isEmpty() -> out.append(key).append(":\n");
            case Optional<?> maybe -> describeValue(maybe.get(), key, out);
            case Map<?, ?> map -> map.forEach((name, item) -> describeValue(item, key + "." + name, out));
            case HostPort hostPort -> line(key, hostPort, out);
            case ByteSize size -> line(key, size, out);
            case Record section -> describe(section, key + ".", out);
            default -> line(key, value, out);
        }
    }

    private static void line(String key, Object value, StringBuilder out) {
        out.append(key).append(": ").append(Values.format(value)).append('\n');
    }

    private static Object valueOf(Record config, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read " + component, e);
        }
    }
}
