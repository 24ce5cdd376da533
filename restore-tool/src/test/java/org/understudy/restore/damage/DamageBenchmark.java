package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.validate.Corpus;
import org.understudy.restore.validate.Corpus.Mail;

/**
 * Prints recall and precision of inspection for each kind of damage: {@code DamageBenchmark CORPUS [SEED [ROUNDS]]}. What
 * leaves evidence in the tree, by an oracle that asks no check, is kept apart from what needs another copy.
 */
final class DamageBenchmark {
    private static final int ROUNDS = 200;
    private static final int MIXED = 3;
    private static final List<String> ARCHIVES = List.of("maildir-enron-users", "maildir-list-subscribers");

    private DamageBenchmark() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            throw new IllegalArgumentException("usage: damage CORPUS [SEED [ROUNDS]]");
        }
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : ROUNDS;
        Path scratch = Files.createTempDirectory("damage");
        try {
            Path sound = unpack(Path.of(arguments[0]), scratch.resolve("sound"));
            System.out.printf("seed %d, up to %d damaged messages a kind%n", seed, rounds);
            TreeTrial.Row together = new TreeTrial.Row("all trees");
            for (boolean plain : new boolean[] {false, true}) {
                together.add(tree(sound, scratch.resolve(plain ? "plain" : "sizes"), plain, seed, rounds));
            }
            together.add(mbox(Path.of(arguments[0]), seed, rounds));
            System.out.println("\nALL TREES TOGETHER, of what leaves evidence");
            evident(together);
            snapshots(scratch, seed, Math.min(20, rounds));
        } finally {
            delete(scratch);
        }
    }

    /** Unpacks the corpus's Maildirs side by side. */
    static Path unpack(Path corpus, Path into) throws IOException, InterruptedException {
        Files.createDirectories(into);
        for (String archive : ARCHIVES) {
            int exit = new ProcessBuilder(
                            "tar", "-xzf", corpus.resolve(archive + ".tar.gz").toString(), "-C", into.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IOException("tar ended with " + exit + " on " + archive);
            }
        }
        return into;
    }

    @SuppressWarnings("SystemOut")
    private static TreeTrial.Row tree(Path sound, Path work, boolean plain, long seed, int rounds) throws IOException {
        MailTree tree = MailTree.copy(sound, work, plain);
        TreeTrial trial = new TreeTrial(tree);
        long alarms = trial.clean().items().values().stream()
                .filter(Inspected::unsound)
                .count();
        System.out.printf(
                "%n%s%nsound tree: %,d items, %d alarm(s)%n",
                plain
                        ? "PLAIN TREE: no sizes in names, no list of UIDs, no index"
                        : "DOVECOT'S TREE: sizes in names, lists of UIDs, indexes",
                trial.clean().items().size(),
                alarms);
        List<TreeTrial.Row> rows = trial.run(TreeDamage.all(), seed, rounds);
        TreeTrial.Row all = print(rows);
        second(sound, tree, seed, rounds);
        return all;
    }

    @SuppressWarnings("SystemOut")
    private static void second(Path sound, MailTree tree, long seed, int rounds) throws IOException {
        int each = Math.min(20, rounds);
        SecondCopyTrial.Result result =
                new SecondCopyTrial(sound, tree).run(seed, Math.clamp(rounds / each, 1, MIXED), each);
        System.out.printf(
                "%nwith a second, sound copy (all kinds at once)%n%-26s %7s %6s %7s%n",
                "damage", "damaged", "seen", "recall");
        TreeTrial.Row all = new TreeTrial.Row("all");
        result.rows().forEach(all::add);
        for (TreeTrial.Row row : with(result.rows(), all)) {
            System.out.printf("%-26s %7d %6d %7.3f%n", row.kind, row.damaged(true), row.seen(true), row.recall());
        }
        System.out.printf(
                "false alarms %d, precision %.4f; the sound copy named as the better one for %d of %d; graded proven: %d%n",
                result.falseAlarms(),
                (double) all.seen(true) / (all.seen(true) + result.falseAlarms()),
                result.recovered(),
                result.damaged(),
                all.proven);
        if (Boolean.getBoolean("damage.unseen")) {
            result.rows()
                    .forEach(row -> row.unseen.forEach(line -> System.out.println("unseen: " + row.kind + " " + line)));
        }
    }

    @SuppressWarnings("SystemOut")
    private static TreeTrial.Row mbox(Path corpus, long seed, int rounds) throws IOException {
        List<Mail> mails = Corpus.at(corpus).all().stream()
                .filter(mail -> mail.archive().contains("mbox"))
                .toList();
        MboxTrial trial = new MboxTrial(mails);
        System.out.printf(
                "%nMBOX: no sizes, messages by their separator lines%nsound: %,d messages, %d alarm(s)%n",
                mails.size(), trial.alarms());
        return print(trial.run(seed, rounds));
    }

    @SuppressWarnings("SystemOut")
    private static void snapshots(Path scratch, long seed, int rounds) throws IOException, InterruptedException {
        System.out.printf(
                "%nREPOSITORY OF SNAPSHOTS, verified in full: every octet is covered by signed digests%n%-26s %7s %6s %7s%n",
                "damage", "damaged", "seen", "recall");
        for (TreeTrial.Row row : new SnapshotTrial(scratch).run(seed, rounds)) {
            System.out.printf("%-26s %7d %6d %7.3f%n", row.kind, row.damaged(true), row.seen(true), row.recall());
        }
    }

    private static List<TreeTrial.Row> with(List<TreeTrial.Row> rows, TreeTrial.Row last) {
        List<TreeTrial.Row> all = new java.util.ArrayList<>(rows);
        all.add(last);
        return all;
    }

    @SuppressWarnings("SystemOut")
    static TreeTrial.Row print(List<TreeTrial.Row> rows) {
        System.out.printf(
                "%nleaves evidence in the tree%n%-26s %7s %6s %7s %6s %9s  %s%n",
                "damage", "damaged", "seen", "recall", "false", "precision", "seen/damaged by evidence");
        TreeTrial.Row all = new TreeTrial.Row("all");
        for (TreeTrial.Row row : rows) {
            all.add(row);
            if (row.damaged(true) > 0 || row.seen.containsKey(Evidence.HARMLESS)) {
                evident(row);
            }
        }
        evident(all);
        System.out.printf("%nneeds another copy%n%-26s %7s %6s%n", "damage", "damaged", "seen all the same");
        for (TreeTrial.Row row : rows) {
            if (row.damaged(false) > 0) {
                System.out.printf("%-26s %7d %6d%n", row.kind, row.damaged(false), row.seen(false));
            }
        }
        System.out.printf("graded proven: %d%n", all.proven);
        if (Boolean.getBoolean("damage.unseen")) {
            rows.forEach(row -> row.unseen.forEach(line -> System.out.println("unseen: " + row.kind + " " + line)));
        }
        return all;
    }

    @SuppressWarnings("SystemOut")
    private static void evident(TreeTrial.Row row) {
        boolean any = row.damaged(true) > 0;
        System.out.printf(
                "%-26s %7d %6d %7s %6d %9s  %s%n",
                row.kind,
                row.damaged(true),
                row.seen(true),
                any ? String.format("%.3f", row.recall()) : "-",
                row.falseAlarms,
                any ? String.format("%.3f", row.precision()) : "-",
                TreeTrial.byEvidence(row));
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
