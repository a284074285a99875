package dev.trine.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trine.common.config.ByteSize;
import dev.trine.common.config.Default;
import dev.trine.common.config.HostPort;
import dev.trine.common.live.LiveSettings;
import dev.trine.common.live.Setting;
import dev.trine.http.HttpProxyConfig;
import dev.trine.router.ShardRouterConfig;
import dev.trine.server.GitServerConfig;
import dev.trine.ssh.SshProxyConfig;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Documents name settings that there are, with the defaults that they have. */
class DocumentedSettingsTest {
    private static final Path DOCS = Path.of("").toAbsolutePath().getParent().resolve("docs");
    private static final Pattern NAME = Pattern.compile("`([a-z-]+(?:\\.[a-z-]+)+)(?::[^`]*)?`");
    private static final Pattern PLAIN_NAME = Pattern.compile("`([a-z.-]+)`");

    /** Keys of all services with their defaults; several services may have a key of one name. */
    private static Map<String, Set<String>> keys() {
        Map<String, Set<String>> keys = new TreeMap<>();
        for (Class<?> config : List.of(GitServerConfig.class, ShardRouterConfig.class, HttpProxyConfig.class,
            SshProxyConfig.class)) {
            addKeys(config, "", keys);
        }
        return keys;
    }

    private static void addKeys(Class<?> section, String prefix, Map<String, Set<String>> keys) {
        for (RecordComponent component : section.getRecordComponents()) {
            String key = prefix + component.getName().replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT);
            Default given = component.getAnnotation(Default.class);
            keys.computeIfAbsent(key, name -> new HashSet<>()).add(given == null ? "" : given.value());
            Class<?> type = inner(component.getGenericType());
            if (type.isRecord() && type != HostPort.class && type != ByteSize.class) {
                addKeys(type, key + ".", keys);
            }
        }
    }

    /** What an optional value, or each of several, is. */
    private static Class<?> inner(Type type) {
        return type instanceof ParameterizedType generic
            ? inner(generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1]) : (Class<?>) type;
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> files = Files.list(DOCS)) {
            return files.filter(file -> file.toString().endsWith(".md")).toList();
        }
    }

    @Test
    void everySettingThatADocumentNamesIsThere() throws IOException {
        Map<String, Set<String>> keys = keys();
        Set<String> sections = new HashSet<>();
        keys.keySet().stream().filter(key -> key.contains(".")).forEach(key -> sections.add(key.split("\\.")[0]));
        List<String> named = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (Path document : documents()) {
            NAME.matcher(Files.readString(document)).results().map(found -> found.group(1))
                .filter(name -> sections.contains(name.split("\\.")[0]) && LiveSettings.find(name).isEmpty())
                .forEach(name -> {
                    named.add(name);
                    if (!keys.containsKey(name)) {
                        missing.add(document.getFileName() + " names " + name);
                    }
                });
        }
        assertThat(named).hasSizeGreaterThan(100);
        assertThat(missing).isEmpty();
    }

    @Test
    void everyDefaultInATableIsThatOfTheCode() throws IOException {
        Map<String, Set<String>> keys = keys();
        List<String> compared = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        for (Path document : documents()) {
            for (Row row : rows(document, "key", "default")) {
                List<String> names = PLAIN_NAME.matcher(row.first()).results().map(found -> found.group(1)).toList();
                String[] defaults = row.second().replaceAll("(?<=\\d),(?=\\d{3})", "").split(", ");
                for (int i = 0; i < names.size(); i++) {
                    Set<String> known = keys.getOrDefault(names.get(i), Set.of());
                    String written = defaults[Math.min(i, defaults.length - 1)].replace("`", "");
                    compared.add(names.get(i));
                    if (known.stream().noneMatch(value -> isWritten(value, written))) {
                        wrong.add(document.getFileName() + ": " + names.get(i) + " is " + known + ", not " + written);
                    }
                }
            }
        }
        assertThat(compared).hasSizeGreaterThan(50);
        assertThat(wrong).isEmpty();
    }

    /** What has no default is not compared. */
    private static boolean isWritten(String value, String text) {
        return value.isEmpty() || text.matches(Pattern.quote(value) + "(?![\\w-]).*");
    }

    @Test
    void theTableOfLiveSettingsIsThatOfTheCode() throws IOException {
        Map<String, String> written = new TreeMap<>();
        for (Row row : rows(DOCS.resolve("LIMITS.md"), "setting", "type and range")) {
            PLAIN_NAME.matcher(row.first()).results().forEach(found -> written.put(found.group(1), row.second() + " | "
                + row.third()));
        }
        Map<String, String> known = new TreeMap<>();
        for (Setting<?> setting : LiveSettings.ALL) {
            String type = setting.kind().type();
            boolean rangeIsKnown = type.equals("percentage") || type.equals("switch");
            known.put(setting.name(), type + (rangeIsKnown ? "" : ", " + setting.kind().range()) + " | "
                + setting.by().words());
        }
        assertThat(written).isEqualTo(known);
    }

    /** Three cells of a row of a table. */
    private record Row(String first, String second, String third) {
    }

    /** Rows of the tables that have a column whose head begins with the one word, and one with the other. */
    private static List<Row> rows(Path document, String first, String second) throws IOException {
        List<Row> rows = new ArrayList<>();
        List<String> head = List.of();
        for (String line : Files.readAllLines(document)) {
            List<String> cells = line.startsWith("|")
                ? Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList() : List.of();
            if (cells.isEmpty() || head.isEmpty()) {
                head = cells;
            } else if (column(head, first) >= 0 && column(head, second) >= 0 && !line.startsWith("|---")) {
                assertThat(cells).as(document + ": " + line).hasSameSizeAs(head);
                int after = Math.min(column(head, second) + 1, cells.size() - 1);
                rows.add(new Row(cells.get(column(head, first)), cells.get(column(head, second)), cells.get(after)));
            }
        }
        return rows;
    }

    private static int column(List<String> head, String beginning) {
        for (int i = 0; i < head.size(); i++) {
            if (head.get(i).startsWith(beginning)) {
                return i;
            }
        }
        return -1;
    }
}
