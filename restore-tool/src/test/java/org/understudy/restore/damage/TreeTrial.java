package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.validate.Verdict;

/** Damages a tree one kind at a time, inspects it each time, and compares what inspection says with the ledger. */
final class TreeTrial {
    /** What inspection says of a tree, by path. */
    record Outcome(Map<String, Inspected> items) {
        boolean unsound(String path) {
            Inspected item = items.get(path);
            return item != null && item.unsound();
        }

        /** Findings of a check at a strength, as words; none for what is no message. */
        Set<String> told(String path) {
            Set<String> told = new HashSet<>();
            if (items.get(path) instanceof Inspected.Message message) {
                message.findings().forEach(f -> told.add(f.check() + " " + f.strength() + " " + f.place()));
            }
            return told;
        }
    }

    /** Damage of one kind, and how much of it was seen. */
    static final class Row {
        final String kind;
        final Map<Evidence, int[]> seen = new EnumMap<>(Evidence.class);
        int proven;
        int falseAlarms;
        final List<String> unseen = new ArrayList<>();

        Row(String kind) {
            this.kind = kind;
        }

        int damaged(boolean evident) {
            return sum(evident, 0);
        }

        int seen(boolean evident) {
            return sum(evident, 1);
        }

        private int sum(boolean evident, int which) {
            return seen.entrySet().stream()
                    .filter(entry ->
                            entry.getKey() != Evidence.HARMLESS && (entry.getKey() != Evidence.NONE) == evident)
                    .mapToInt(entry -> entry.getValue()[which])
                    .sum();
        }

        void add(Row other) {
            other.seen.forEach((evidence, counts) -> {
                int[] mine = seen.computeIfAbsent(evidence, e -> new int[2]);
                mine[0] += counts[0];
                mine[1] += counts[1];
            });
            proven += other.proven;
            falseAlarms += other.falseAlarms;
        }

        double recall() {
            return damaged(true) == 0 ? 1 : (double) seen(true) / damaged(true);
        }

        double precision() {
            int right = seen(true) + seen(false);
            return right + falseAlarms == 0 ? 1 : (double) right / (right + falseAlarms);
        }
    }

    private final MailTree tree;
    private final Outcome clean;

    TreeTrial(MailTree tree) throws IOException {
        this.tree = tree;
        this.clean = inspect(tree.root());
    }

    Outcome clean() {
        return clean;
    }

    static Outcome inspect(Path root) throws IOException {
        Map<String, Inspected> items = new HashMap<>();
        try (BackupSource source = MaildirSource.open(root, SourceOptions.ALL)) {
            Inspection.standard().run(source, item -> items.put(item.ref().path(), item), Progress.SILENT);
        }
        return new Outcome(items);
    }

    /** One row a kind. */
    List<Row> run(List<TreeDamage> kinds, long seed, int rounds) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (TreeDamage kind : kinds) {
            List<LedgerLine> ledger =
                    tree.damage(kind, rounds, new Random(seed * 31 + kind.text().hashCode()), new HashSet<>());
            try {
                rows.add(compare(kind, ledger, inspect(tree.root())));
            } finally {
                tree.mend();
            }
        }
        return rows;
    }

    /** One row a kind, all done to the tree at once; false alarms are no kind's then, and stand in the last row alone. */
    List<Row> mixed(List<TreeDamage> kinds, long seed, int each) throws IOException {
        Map<TreeDamage, List<LedgerLine>> ledgers = new LinkedHashMap<>();
        Set<String> spared = new HashSet<>();
        Random random = new Random(seed);
        for (TreeDamage kind : kinds) {
            ledgers.put(kind, tree.damage(kind, each, random, spared));
        }
        try {
            Outcome outcome = inspect(tree.root());
            List<Row> rows = new ArrayList<>();
            Set<String> harmed = new HashSet<>();
            ledgers.forEach((kind, ledger) -> {
                Row row = new Row(kind.text());
                count(kind, ledger, outcome, row);
                harmed.addAll(harmed(ledger));
                rows.add(row);
            });
            Row all = new Row("sound messages");
            all.falseAlarms = falseAlarms(outcome, harmed);
            rows.add(all);
            return rows;
        } finally {
            tree.mend();
        }
    }

    private Row compare(TreeDamage kind, List<LedgerLine> ledger, Outcome outcome) {
        Row row = new Row(kind.text());
        count(kind, ledger, outcome, row);
        row.falseAlarms = falseAlarms(outcome, harmed(ledger));
        return row;
    }

    private static Set<String> harmed(List<LedgerLine> ledger) {
        Set<String> harmed = new HashSet<>();
        ledger.stream()
                .filter(line -> line.evidence() != Evidence.HARMLESS)
                .forEach(line -> harmed.addAll(line.items()));
        return harmed;
    }

    private static int falseAlarms(Outcome outcome, Set<String> harmed) {
        return (int) outcome.items().entrySet().stream()
                .filter(entry -> entry.getValue().unsound() && !harmed.contains(entry.getKey()))
                .count();
    }

    private void count(TreeDamage kind, List<LedgerLine> ledger, Outcome outcome, Row row) {
        for (LedgerLine line : ledger) {
            boolean seen = line.items().stream()
                    .anyMatch(path ->
                            outcome.unsound(path) || (kind.ofNamesOnly() && tellsMore(line.was(), path, outcome)));
            int[] counts = row.seen.computeIfAbsent(line.evidence(), e -> new int[2]);
            counts[0]++;
            counts[1] += seen ? 1 : 0;
            if (!seen && line.evidence() != Evidence.NONE && line.evidence() != Evidence.HARMLESS) {
                row.unseen.add(line.evidence() + " " + line.from() + "-" + line.to() + " "
                        + line.items().getFirst());
            }
            row.proven += (int) line.items().stream()
                    .filter(path -> !kind.ofNamesOnly()
                            && outcome.items().get(path) instanceof Inspected.Message message
                            && message.verdict() == Verdict.PROVEN)
                    .count();
        }
    }

    /** Whether inspection finds something that it does not find in the sound tree. */
    private boolean tellsMore(String was, String path, Outcome outcome) {
        Set<String> told = outcome.told(path);
        told.removeAll(clean.told(was));
        return told.stream().anyMatch(finding -> !finding.contains(" SUPPORT "));
    }

    /** Counts by evidence, for people. */
    static String byEvidence(Row row) {
        Map<String, String> words = new TreeMap<>();
        row.seen.forEach((evidence, counts) -> {
            if (evidence != Evidence.NONE) {
                words.put(evidence.name().toLowerCase(java.util.Locale.ROOT), counts[1] + "/" + counts[0]);
            }
        });
        return words.toString().replaceAll("[{}]", "").replace("=", " ");
    }
}
