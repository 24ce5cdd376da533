package org.understudy.restore.crowd;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.validate.Finding.Strength;

/** Plants octets of other users into the messages of Maildirs, and counts what comparison says of it. */
public final class CrowdTrial {
    private CrowdTrial() {}

    /** What became of the messages of one kind of damage. */
    static final class Row {
        int contradicted;
        int doubted;
        int unseen;
        int heldBack;

        int all() {
            return contradicted + doubted + unseen;
        }
    }

    /**
     * @param rows by kind of damage, by findings of comparison alone
     * @param accused whole messages against which comparison speaks
     */
    record Outcome(Map<Planted.Kind, Row> rows, List<String> accused, long whole) {}

    static Outcome run(Planted planted) throws IOException {
        Map<Planted.Kind, Row> rows = new EnumMap<>(Planted.Kind.class);
        List<String> accused = new ArrayList<>();
        long[] whole = new long[1];
        Inspection.standard()
                .run(
                        planted,
                        item -> {
                            if (!(item instanceof Inspected.Message message)) {
                                return;
                            }
                            Planted.Kind kind = planted.victims().get(message.ref().ordinal());
                            boolean contradiction = against(message, Strength.CONTRADICTION);
                            boolean doubt = against(message, Strength.DOUBT);
                            if (kind == null) {
                                whole[0]++;
                                if (contradiction || doubt || message.contaminated()) {
                                    accused.add(message.ref().path() + " "
                                            + message.findings().stream()
                                                    .filter(Relation::is)
                                                    .toList());
                                }
                                return;
                            }
                            Row row = rows.computeIfAbsent(kind, key -> new Row());
                            row.contradicted += contradiction ? 1 : 0;
                            row.doubted += doubt && !contradiction ? 1 : 0;
                            row.unseen += doubt || contradiction ? 0 : 1;
                            row.heldBack += message.contaminated() ? 1 : 0;
                        },
                        Progress.SILENT);
        return new Outcome(rows, accused, whole[0]);
    }

    private static boolean against(Inspected.Message message, Strength strength) {
        return message.findings().stream().anyMatch(finding -> Relation.is(finding) && finding.strength() == strength);
    }

    static String table(Outcome outcome) {
        StringBuilder text = new StringBuilder("kind             contradicted  doubted  unseen  held back\n");
        outcome.rows()
                .forEach((kind, row) -> text.append(String.format(
                        Locale.ROOT,
                        "%-16s %12d %8d %7d %10d%n",
                        kind.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        row.contradicted,
                        row.doubted,
                        row.unseen,
                        row.heldBack)));
        text.append(String.format(
                Locale.ROOT, "whole messages accused: %d of %d%n", outcome.accused().size(), outcome.whole()));
        return text.toString();
    }

    /** Arguments: a directory of Maildirs, then a seed and a number of messages for each kind. */
    public static void main(String[] args) throws IOException {
        long seed = args.length > 1 ? Long.parseLong(args[1]) : 1;
        int each = args.length > 2 ? Integer.parseInt(args[2]) : 40;
        for (boolean sizes : new boolean[] {true, false}) {
            try (BackupSource source = Sources.open(Path.of(args[0]))) {
                Outcome outcome = run(Planted.in(source, new Random(seed), each, sizes));
                System.out.println((sizes ? "with" : "without") + " sizes, seed " + seed + "\n" + table(outcome));
                outcome.accused().stream().limit(20).forEach(System.out::println);
            }
        }
    }
}
