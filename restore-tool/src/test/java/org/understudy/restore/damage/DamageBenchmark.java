package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.inspect.Inspected;

/**
 * Prints recall and precision of inspection for each kind of damage: {@code DamageBenchmark CORPUS [SEED [ROUNDS]]}. What
 * leaves evidence in the tree, by an oracle that asks no check, is kept apart from what needs another copy.
 */
final class DamageBenchmark {
    private static final int ROUNDS = 100;
    private static final List<String> ARCHIVES = List.of("maildir-enron-users", "maildir-list-subscribers");

    private DamageBenchmark() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1) {
            System.err.println("usage: damage CORPUS [SEED [ROUNDS]]");
            System.exit(2);
        }
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : ROUNDS;
        Path scratch = Files.createTempDirectory("damage");
        try {
            Path sound = unpack(Path.of(arguments[0]), scratch.resolve("sound"));
            System.out.printf("seed %d, up to %d damaged messages a kind%n", seed, rounds);
            for (boolean plain : new boolean[] {false, true}) {
                tree(sound, scratch.resolve(plain ? "plain" : "sizes"), plain, seed, rounds);
            }
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
    private static void tree(Path sound, Path work, boolean plain, long seed, int rounds) throws IOException {
        TreeTrial trial = new TreeTrial(MailTree.copy(sound, work, plain));
        long alarms = trial.clean().items().values().stream().filter(Inspected::unsound).count();
        System.out.printf(
                "%n%s%nsound tree: %,d items, %d alarm(s)%n",
                plain
                        ? "PLAIN TREE: no sizes in names, no list of UIDs, no index"
                        : "DOVECOT'S TREE: sizes in names, lists of UIDs, indexes",
                trial.clean().items().size(),
                alarms);
        List<TreeTrial.Row> rows = trial.run(TreeDamage.all(), seed, rounds);
        print(rows);
    }

    @SuppressWarnings("SystemOut")
    static void print(List<TreeTrial.Row> rows) {
        System.out.printf("%nleaves evidence in the tree%n%-26s %7s %6s %7s %6s %9s  %s%n", "damage", "damaged", "seen", "recall", "false", "precision", "seen/damaged by evidence");
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
    }

    @SuppressWarnings("SystemOut")
    private static void evident(TreeTrial.Row row) {
        System.out.printf(
                "%-26s %7d %6d %7.3f %6d %9.3f  %s%n",
                row.kind,
                row.damaged(true),
                row.seen(true),
                row.recall(),
                row.falseAlarms,
                row.precision(),
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
