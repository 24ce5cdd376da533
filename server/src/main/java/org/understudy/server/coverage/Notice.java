package org.understudy.server.coverage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.restore.job.OnDisk;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A letter with gaps: {@code {reseller}}, {@code {domains}}, {@code {names}}, {@code {users}}, {@code {cut-over}}. */
public final class Notice {
    private static final Pattern GAP = Pattern.compile("\\{([a-z-]+)\\}");
    private static final List<String> GAPS = List.of("cut-over", "domains", "names", "reseller", "users");

    private final String text;

    private Notice(String text) {
        this.text = text;
    }

    /** The text that comes with the program. */
    public static Notice standard() {
        return new Notice(resource("notice.txt"));
    }

    /** @throws OperatorException if the file cannot be read, or has a gap that nothing fills */
    public static Notice read(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        List<String> unknown = new ArrayList<>();
        Matcher gap = GAP.matcher(text);
        while (gap.find()) {
            if (!GAPS.contains(gap.group(1))) {
                unknown.add(gap.group());
            }
        }
        if (!unknown.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    file + ": nothing is known for " + String.join(", ", unknown),
                    "Known are {" + String.join("}, {", GAPS) + "}.");
        }
        return new Notice(text);
    }

    String filled(String reseller, Plan plan, List<Plan.Warned> warned) {
        Map<String, String> values = new TreeMap<>();
        values.put("reseller", reseller);
        values.put("domains", list(warned.stream().map(Plan.Warned::domain)));
        values.put("names", list(warned.stream().map(Plan.Warned::host)));
        values.put(
                "users",
                String.valueOf(warned.stream().map(Plan.Warned::user).distinct().count()));
        values.put("cut-over", plan.cutOver().toString().substring(0, 10));
        return GAP.matcher(text)
                .replaceAll(gap -> Matcher.quoteReplacement(values.getOrDefault(gap.group(1), gap.group())));
    }

    private static String list(java.util.stream.Stream<String> words) {
        return String.join(", ", words.distinct().sorted().toList());
    }

    static String resource(String name) {
        try (InputStream in = Notice.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(name + " cannot be read", e);
        }
    }
}
