package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.validate.Verdict;

/** Damages a tree in all ways at once, and inspects it against a sound copy of it. */
final class SecondCopyTrial {
    /**
     * What came of it.
     *
     * @param rows by kind; evidence plays no part, so all damage counts as evident
     * @param falseAlarms sound messages that were called suspect or damaged
     * @param recovered damaged messages of which the sound copy was named as the best
     */
    record Result(List<TreeTrial.Row> rows, int falseAlarms, int damaged, int recovered) {}

    private static final Pattern SIZES = Pattern.compile(",[SW]=\\d+");

    private final Path sound;
    private final MailTree tree;

    SecondCopyTrial(Path sound, MailTree tree) {
        this.sound = sound;
        this.tree = tree;
    }

    /** @param each damaged messages of a kind in each round */
    Result run(long seed, int rounds, int each) throws IOException {
        Map<String, TreeTrial.Row> rows = new LinkedHashMap<>();
        int[] counts = new int[3];
        for (int round = 0; round < rounds; round++) {
            Random random = new Random(seed * 7919 + round);
            Set<String> spared = new HashSet<>();
            List<LedgerLine> ledger = new ArrayList<>();
            for (TreeDamage kind : TreeDamage.all()) {
                if (!kind.ofNamesOnly()) {
                    ledger.addAll(tree.damage(kind, each, random, spared));
                }
            }
            try {
                compare(ledger, rows, counts);
            } finally {
                tree.mend();
            }
        }
        return new Result(List.copyOf(rows.values()), counts[0], counts[1], counts[2]);
    }

    private void compare(List<LedgerLine> ledger, Map<String, TreeTrial.Row> rows, int[] counts) throws IOException {
        Map<String, Inspected> here = new HashMap<>();
        Set<String> better = new HashSet<>();
        Set<String> onlyThere = new HashSet<>();
        try (BackupSource damaged = MaildirSource.open(tree.root(), SourceOptions.ALL);
                BackupSource other = MaildirSource.open(sound, SourceOptions.ALL);
                Comparison comparison = Comparison.against(
                        List.of(new Comparison.Other("sound", other)), Inspection.standard(), Progress.SILENT)) {
            comparison.run(
                    "damaged",
                    damaged,
                    Inspection.standard(),
                    new Comparison.Sink() {
                        @Override
                        public void here(Inspected item, @Nullable BestCopy best) {
                            here.put(item.ref().path(), item);
                            if (best != null && !best.main()) {
                                better.add(item.ref().path());
                            }
                        }

                        @Override
                        public void onlyThere(String source, Inspected.Message message, BestCopy best) {
                            onlyThere.add(withoutSizes(message.ref().path()));
                        }
                    },
                    Progress.SILENT);
        }
        Set<String> harmed = new HashSet<>();
        for (LedgerLine line : ledger) {
            if (line.evidence() == Evidence.HARMLESS) {
                continue;
            }
            TreeTrial.Row row = rows.computeIfAbsent(line.kind(), TreeTrial.Row::new);
            boolean there = onlyThere.contains(withoutSizes(line.was()));
            boolean seen = there
                    || line.items().stream()
                            .anyMatch(path ->
                                    here.get(path) != null && here.get(path).unsound());
            int[] tally = row.seen.computeIfAbsent(Evidence.SIZE, e -> new int[2]);
            tally[0]++;
            tally[1] += seen ? 1 : 0;
            counts[1]++;
            counts[2] += there || line.items().stream().anyMatch(better::contains) ? 1 : 0;
            if (!seen) {
                row.unseen.add(line.from() + "-" + line.to() + " " + line.was());
            }
            row.proven += (int) line.items().stream()
                    .filter(path ->
                            here.get(path) instanceof Inspected.Message message && message.verdict() == Verdict.PROVEN)
                    .count();
            harmed.addAll(line.items());
        }
        counts[0] += (int) here.entrySet().stream()
                .filter(entry -> entry.getValue().unsound() && !harmed.contains(entry.getKey()))
                .count();
    }

    private static String withoutSizes(String path) {
        return SIZES.matcher(path).replaceAll("");
    }
}
