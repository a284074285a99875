package dev.trine.common.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns nested maps into records and collects every problem on the way. Used once per file, by one thread. */
final class Binder {
    private final List<String> problems = new ArrayList<>();

    List<String> problems() {
        return problems;
    }

    /** The record, or null after at least one problem was added. */
    @Nullable Object record(Map<?, ?> map, Class<?> type, String prefix) {
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(Keys.of(component.getName()), component);
        }
        for (Object key : map.keySet()) {
            if (!components.containsKey(String.valueOf(key))) {
                problems.add(prefix + key + ": unknown key" + Keys.nearest(String.valueOf(key), components.keySet())
                    .map(near -> ", did you mean " + prefix + near + "?").orElse(""));
            }
        }
        int before = problems.size();
        List<@Nullable Object> arguments = new ArrayList<>();
        components.forEach((key, component) -> arguments.add(component(map.get(key), component, prefix + key)));
        return problems.size() > before ? null : construct(type, arguments, prefix);
    }

    private @Nullable Object component(@Nullable Object value, RecordComponent component, String key) {
        Default given = component.getAnnotation(Default.class);
        if (value != null) {
            return value(value, component.getGenericType(), key);
        }
        if (given != null) {
            Object empty = switch (given.value()) {
                case "{}" -> Map.of();
                case "[]" -> List.of();
                default -> given.value();
            };
            return value(empty, component.getGenericType(), key);
        }
        if (component.getType() == Optional.class) {
            return Optional.empty();
        }
        problems.add(key + ": missing");
        return null;
    }

    private @Nullable Object value(Object value, Type type, String key) {
        if (type instanceof ParameterizedType generic) {
            return generic(value, generic, key);
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isRecord() && plain != HostPort.class && plain != ByteSize.class) {
            if (value instanceof Map<?, ?> map) {
                return record(map, plain, key + ".");
            }
            problems.add(key + ": not a section of keys");
            return null;
        }
        if (value instanceof Map || value instanceof List) {
            problems.add(key + ": not a single value");
            return null;
        }
        try {
            return Values.parse(String.valueOf(value), plain);
        } catch (IllegalArgumentException | ArithmeticException e) {
            problems.add(key + " = \"" + value + "\": " + e.getMessage());
            return null;
        }
    }

    private @Nullable Object generic(Object value, ParameterizedType type, String key) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == Optional.class) {
            return Optional.ofNullable(value(value, arguments[0], key));
        }
        if (type.getRawType() == List.class) {
            if (!(value instanceof List<?> list)) {
                problems.add(key + ": not a list");
                return null;
            }
            List<@Nullable Object> items = new ArrayList<>();
            for (int i = 0; i < list.size(); i++) {
                items.add(value(list.get(i), arguments[0], key + "[" + i + "]"));
            }
            return items.contains(null) ? null : List.copyOf(items);
        }
        if (!(value instanceof Map<?, ?> map)) {
            problems.add(key + ": not a section of keys");
            return null;
        }
        Map<String, Object> entries = new TreeMap<>();
        map.forEach((name, item) -> {
            Object bound = item == null ? missing(key + "." + name) : value(item, arguments[1], key + "." + name);
            if (bound != null) {
                entries.put(String.valueOf(name), bound);
            }
        });
        return entries;
    }

    private @Nullable Object missing(String key) {
        problems.add(key + ": missing");
        return null;
    }

    private @Nullable Object construct(Class<?> type, List<@Nullable Object> arguments, String prefix) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException problem) {
                String section = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1) + ": ";
                problems.add(section + problem.getMessage());
                return null;
            }
            throw new IllegalStateException("cannot make a " + type, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }
}
