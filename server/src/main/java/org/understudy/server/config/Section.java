package org.understudy.server.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One object of the configuration file. Each key that is asked for becomes a known one; {@link #finish} reports the
 * others. A value that is not as it should be is reported, and the default stands in so that reading goes on.
 */
final class Section {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})\\s*([a-z]+)");
    private static final Map<String, Duration> DURATION_UNITS = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "second", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "minute", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "hour", Duration.ofHours(1),
            "d", Duration.ofDays(1),
            "day", Duration.ofDays(1));

    private final String path;
    private final ConfigObject object;
    private final Path folder;
    private final Problems problems;
    private final TreeMap<String, Boolean> known = new TreeMap<>();

    /**
     * @param path of this object, empty for the root
     * @param folder relative paths are meant from here
     */
    Section(String path, ConfigObject object, Path folder, Problems problems) {
        this.path = path;
        this.object = object;
        this.folder = folder;
        this.problems = problems;
    }

    /** Relative paths are meant from here. */
    Path folder() {
        return folder;
    }

    /** The file that all of this stands in; where there is none, a folder. */
    Path source() {
        return problems.file();
    }

    boolean has(String key) {
        return object.containsKey(key);
    }

    /** Whether the value is a list. */
    boolean isList(String key) {
        return value(key) instanceof ConfigList;
    }

    /** A list of texts, in its order. */
    List<String> texts(String key) {
        ConfigValue value = value(key);
        List<String> texts = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).valueType() == ConfigValueType.STRING) {
                    texts.add(String.valueOf(list.get(i).unwrapped()).strip());
                } else {
                    report(list.get(i), key + "[" + i + "]", "expected some text, found " + shown(list.get(i)));
                }
            }
        } else if (value != null) {
            report(value, key, "expected a list of texts in square brackets, found " + shown(value));
        }
        return texts;
    }

    Section section(String key) {
        ConfigValue value = value(key);
        if (value != null && value.valueType() != ConfigValueType.OBJECT) {
            report(value, key, "expected a section in braces, found " + shown(value));
            value = null;
        }
        ConfigObject inner = value instanceof ConfigObject o ? o : ConfigValueFactory.fromMap(Map.of());
        return new Section(full(key), inner, folder, problems);
    }

    List<Section> sections(String key) {
        ConfigValue value = value(key);
        List<Section> found = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i) instanceof ConfigObject o) {
                    found.add(new Section(full(key) + "[" + i + "]", o, folder, problems));
                } else {
                    report(
                            list.get(i),
                            key + "[" + i + "]",
                            "expected a section in braces, found " + shown(list.get(i)));
                }
            }
        } else if (value != null) {
            report(value, key, "expected a list in square brackets, found " + shown(value));
        }
        return found;
    }

    boolean truth(String key, boolean otherwise) {
        return read(key, otherwise, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> Optional.of(true);
            case "false", "no", "off" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    int number(String key, int otherwise, int least, int most) {
        return read(key, otherwise, "a whole number from " + least + " to " + most, text -> {
            if (!text.matches("-?[0-9]{1,10}")) {
                return Optional.empty();
            }
            long number = Long.parseLong(text);
            return number < least || number > most ? Optional.empty() : Optional.of((int) number);
        });
    }

    String text(String key, String otherwise) {
        return read(key, otherwise, "some text", text -> text.isBlank() ? Optional.empty() : Optional.of(text));
    }

    Path path(String key, Path otherwise) {
        return read(key, otherwise, "a path", this::toPath);
    }

    @Nullable
    Path optionalPath(String key) {
        ConfigValue value = value(key);
        return value == null ? null : read(key, folder, "a path", this::toPath);
    }

    DataSize size(String key, DataSize otherwise, DataSize least, DataSize most) {
        return read(
                key,
                otherwise,
                "a size from " + least + " to " + most + ", with its unit",
                text -> DataSize.parse(text).filter(s -> s.bytes() >= least.bytes() && s.bytes() <= most.bytes()));
    }

    /** A size, or nothing at all. */
    DataSize sizeOrOff(String key, DataSize otherwise, DataSize least, DataSize most) {
        return read(
                key,
                otherwise,
                "0 or off, or a size from " + least + " to " + most + ", with its unit",
                text -> isOff(text)
                        ? Optional.of(new DataSize(0))
                        : DataSize.parse(text)
                                .filter(s ->
                                        s.bytes() == 0 || s.bytes() >= least.bytes() && s.bytes() <= most.bytes()));
    }

    /** A time, or zero for never. */
    Duration durationOrOff(String key, Duration otherwise, Duration least) {
        return read(
                key,
                otherwise,
                "0, off or never, or a time of at least " + least.toSeconds() + " s, with its unit (s, min, h or d)",
                text -> isOff(text)
                        ? Optional.of(Duration.ZERO)
                        : parseDuration(text).filter(d -> d.isZero() || d.compareTo(least) >= 0));
    }

    /** {@code off} and {@code no} reach here as the texts they are. */
    private static boolean isOff(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "0", "off", "never", "no", "false" -> true;
            default -> false;
        };
    }

    Duration duration(String key, Duration otherwise, Duration least) {
        return read(
                key,
                otherwise,
                "a time of at least " + least.toSeconds() + " s, with its unit (s, min, h or d)",
                text -> parseDuration(text).filter(d -> d.compareTo(least) >= 0));
    }

    <E extends Enum<E>> E oneOf(String key, Class<E> type, E otherwise) {
        List<E> all = List.of(type.getEnumConstants());
        String words = String.join(
                ", ", all.stream().map(e -> e.name().toLowerCase(Locale.ROOT)).toList());
        return read(
                key,
                otherwise,
                "one of " + words,
                text -> all.stream()
                        .filter(e -> e.name().equalsIgnoreCase(text))
                        .findFirst());
    }

    /** A list of texts in lower case, each of which {@code good} takes. */
    List<String> texts(String key, List<String> otherwise, Predicate<String> good, String expected) {
        ConfigValue value = value(key);
        if (value == null) {
            return otherwise;
        }
        List<String> texts = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                ConfigValue one = list.get(i);
                String text = String.valueOf(one.unwrapped()).strip().toLowerCase(Locale.ROOT);
                if (one.valueType() == ConfigValueType.STRING && good.test(text)) {
                    texts.add(text);
                } else {
                    report(one, key + "[" + i + "]", "expected " + expected + ", found " + shown(one));
                }
            }
        } else {
            report(value, key, "expected a list in square brackets, found " + shown(value));
        }
        return List.copyOf(texts);
    }

    /** A list of user names, in lower case and Unicode form C. Each stands in it once. */
    SortedSet<String> names(String key) {
        ConfigValue value = value(key);
        SortedSet<String> names = new TreeSet<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                ConfigValue one = list.get(i);
                String place = key + "[" + i + "]";
                String name = one.valueType() == ConfigValueType.STRING || one.valueType() == ConfigValueType.NUMBER
                        ? Normalizer.normalize(String.valueOf(one.unwrapped()), Normalizer.Form.NFC)
                                .toLowerCase(Locale.ROOT)
                        : "";
                if (name.isEmpty() || name.codePoints().anyMatch(Section::cannotBeInName)) {
                    report(one, place, "expected the name of a user, without spaces, found " + shown(one));
                } else if (!names.add(name)) {
                    report(one, place, "'" + name + "' stands in the list twice");
                }
            }
        } else if (value != null) {
            report(value, key, "expected a list of user names in square brackets, found " + shown(value));
        }
        return names;
    }

    private static boolean cannotBeInName(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isISOControl(codePoint) || codePoint == ',';
    }

    /** A list of words, in lower case and in its order. */
    List<String> words(String key) {
        ConfigValue value = value(key);
        List<String> texts = new ArrayList<>();
        if (value instanceof ConfigList list) {
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).valueType() == ConfigValueType.STRING
                        && !String.valueOf(list.get(i).unwrapped()).isBlank()) {
                    texts.add(String.valueOf(list.get(i).unwrapped()).strip().toLowerCase(Locale.ROOT));
                } else {
                    report(list.get(i), key + "[" + i + "]", "expected some text, found " + shown(list.get(i)));
                }
            }
        } else if (value != null) {
            report(value, key, "expected a list in square brackets, found " + shown(value));
        }
        return texts;
    }

    /** Reports a fault that concerns more than the form of one value. */
    void fault(String key, String text) {
        ConfigValue value = object.get(key);
        problems.add(value == null ? object.origin() : value.origin(), full(key) + ": " + text);
    }

    /** Reports the keys that nobody asked for. */
    void finish() {
        object.forEach((key, value) -> {
            if (!known.containsKey(key)) {
                String meant = Spelling.nearest(key, known.keySet())
                        .map(k -> "did you mean '" + k + "'?")
                        .orElse("known here: " + String.join(", ", known.keySet()));
                problems.add(value.origin(), full(key) + ": unknown key; " + meant);
            }
        });
    }

    private <T> T read(String key, T otherwise, String expected, Function<String, Optional<T>> parse) {
        ConfigValue value = value(key);
        if (value == null) {
            return otherwise;
        }
        Optional<T> parsed = switch (value.valueType()) {
            case STRING, NUMBER, BOOLEAN ->
                parse.apply(String.valueOf(value.unwrapped()).strip());
            case OBJECT, LIST, NULL -> Optional.empty();
        };
        if (parsed.isEmpty()) {
            report(value, key, "expected " + expected + ", found " + shown(value));
        }
        return parsed.orElse(otherwise);
    }

    private @Nullable ConfigValue value(String key) {
        known.put(key, true);
        return object.get(key);
    }

    private Optional<Path> toPath(String text) {
        try {
            return text.isEmpty()
                    ? Optional.empty()
                    : Optional.of(folder.resolve(text).normalize());
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text.toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String word = matcher.group(2);
        Duration unit = DURATION_UNITS.get(word);
        if (unit == null && word.endsWith("s")) {
            unit = DURATION_UNITS.get(word.substring(0, word.length() - 1));
        }
        return Optional.ofNullable(unit).map(u -> u.multipliedBy(Long.parseLong(matcher.group(1))));
    }

    private void report(ConfigValue value, String key, String text) {
        problems.add(value.origin(), full(key) + ": " + text);
    }

    private String full(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String shown(ConfigValue value) {
        return switch (value.valueType()) {
            case OBJECT -> "a section";
            case LIST -> "a list";
            case NULL -> "null";
            case STRING -> "\"" + value.unwrapped() + "\"";
            case NUMBER, BOOLEAN -> String.valueOf(value.unwrapped());
        };
    }
}
