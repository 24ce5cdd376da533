package org.understudy.restore.damage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.understudy.restore.validate.Corpus;
import org.understudy.restore.validate.Corpus.Mail;
import org.understudy.restore.validate.Damage;
import org.understudy.restore.validate.Validator;
import org.understudy.restore.validate.Verdict;

/**
 * Damages messages within an mbox file. The messages are told apart by the separator lines alone, as the mboxes of the
 * corpus are read; each is then validated by itself, without any size.
 */
final class MboxTrial {
    private static final byte[] SEPARATOR =
            "From ada@example.org Tue Jul  1 10:53:00 2003\n".getBytes(StandardCharsets.US_ASCII);

    private final List<Mail> mails;
    private final Validator validator = Validator.standard();

    MboxTrial(List<Mail> mails) {
        this.mails = mails;
    }

    /** Sound messages that are called suspect or damaged. */
    int alarms() throws IOException {
        int alarms = 0;
        for (Mail mail : mails) {
            alarms += unsound(mail) ? 1 : 0;
        }
        return alarms;
    }

    List<TreeTrial.Row> run(long seed, int rounds) throws IOException {
        List<TreeTrial.Row> rows = new ArrayList<>();
        for (Damage damage : Damage.values()) {
            TreeTrial.Row row = new TreeTrial.Row(damage.text());
            Random random = new Random(seed * 131 + damage.ordinal());
            for (int done = 0, tries = 0; done < rounds && tries < rounds * 50; tries++) {
                Mail mail = any(random);
                byte[] changed = damage.apply(mail.bytes(), any(random).bytes(), random);
                if (changed != null && !Arrays.equals(changed, mail.bytes())) {
                    done++;
                    inFile(mail, changed, row);
                }
            }
            rows.add(row);
        }
        rows.add(separatorLost(seed, rounds));
        return rows;
    }

    private TreeTrial.Row separatorLost(long seed, int rounds) throws IOException {
        TreeTrial.Row row = new TreeTrial.Row("separator lost");
        Random random = new Random(seed);
        for (int i = 0; i < rounds; i++) {
            Mail mail = any(random);
            Mail next = any(random);
            List<Mail> read = split(join(SEPARATOR, mail.bytes(), next.bytes()));
            count(row, Evidence.HEADER, unsound(read.getFirst()));
        }
        return row;
    }

    private void inFile(Mail mail, byte[] changed, TreeTrial.Row row) throws IOException {
        List<Mail> read = split(join(SEPARATOR, changed, new byte[] {'\n'}, SEPARATOR, mail.bytes()));
        byte[] first = read.getFirst().bytes();
        boolean seen = false;
        for (Mail piece : read.subList(0, Math.max(1, read.size() - 1))) {
            seen |= unsound(piece);
            row.proven += verdict(piece) == Verdict.PROVEN ? 1 : 0;
        }
        count(row, Oracle.of(mail.bytes(), first, "", null), seen);
    }

    private static void count(TreeTrial.Row row, Evidence evidence, boolean seen) {
        int[] counts = row.seen.computeIfAbsent(evidence, e -> new int[2]);
        counts[0]++;
        counts[1] += seen ? 1 : 0;
    }

    private Mail any(Random random) {
        return mails.get(random.nextInt(mails.size()));
    }

    private boolean unsound(Mail mail) throws IOException {
        return verdict(mail).compareTo(Verdict.SUSPECT) >= 0;
    }

    private Verdict verdict(Mail mail) throws IOException {
        return validator.validate(mail.item()).verdict();
    }

    private static List<Mail> split(byte[] file) {
        List<Mail> read = new ArrayList<>();
        Corpus.split("mbox", "mbox", file, true, read::add);
        return read;
    }

    private static byte[] join(byte[]... pieces) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            file.writeBytes(piece);
        }
        return file.toByteArray();
    }
}
