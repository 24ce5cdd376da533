package org.understudy.restore.damage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Makes a damaged copy of a Maildir tree and a ledger of what was done to it, one line of JSON each: {@code
 * DamageGenerator TREE COPY SEED COUNT}. The copy must not exist; the ledger is written beside it as {@code
 * COPY.ledger.jsonl}, and so are the files that are missing in it. The same seed damages the same tree in the same way.
 */
final class DamageGenerator {
    private DamageGenerator() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("usage: DamageGenerator TREE COPY SEED COUNT");
        }
        Path copy = Path.of(arguments[1]);
        List<LedgerLine> ledger =
                make(Path.of(arguments[0]), copy, Long.parseLong(arguments[2]), Integer.parseInt(arguments[3]));
        System.out.printf(
                "%,d damages of %d kinds in %s%n",
                ledger.size(), TreeDamage.all().size(), copy);
    }

    /** @param count messages damaged of each kind */
    static List<LedgerLine> make(Path tree, Path copy, long seed, int count) throws IOException {
        if (Files.exists(copy)) {
            throw new IOException(copy + " exists already");
        }
        MailTree damaged = MailTree.copy(tree, copy, false);
        Random random = new Random(seed);
        Set<String> spared = new HashSet<>();
        List<LedgerLine> ledger = new ArrayList<>();
        for (TreeDamage kind : TreeDamage.all()) {
            ledger.addAll(damaged.damage(kind, count, random, spared));
        }
        LedgerLine.write(copy.resolveSibling(copy.getFileName() + ".ledger.jsonl"), ledger);
        return ledger;
    }
}
