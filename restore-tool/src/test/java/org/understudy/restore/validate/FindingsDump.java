package org.understudy.restore.validate;

import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.understudy.restore.validate.Corpus.Mail;

/**
 * Writes all that validation says of real mail, whole, damaged, and bent into shapes that real mail seldom has, one
 * message a line: {@code FindingsDump CORPUS FILE [SEED]}. Two versions of the code that should say the same are compared
 * by comparing their files.
 */
final class FindingsDump {
    private FindingsDump() {}

    /** A way to bend a message so that readers meet other line ends, long lines and bodies of many buffers. */
    private interface Bend {
        byte[] apply(byte[] mail, byte[] other, Random random);
    }

    private static final List<Bend> BENDS = List.of(
            (mail, other, random) -> ends(mail, line -> true),
            (mail, other, random) -> ends(mail, line -> random.nextInt(8) > 0),
            (mail, other, random) -> joined(mail, random),
            (mail, other, random) -> repeated(mail, other, random),
            (mail, other, random) -> noise(mail, random));

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        List<Mail> mails = Corpus.at(Path.of(arguments[0])).all();
        Validator validator = Validator.standard();
        long lines = 0;
        try (BufferedWriter out = new BufferedWriter(
                new OutputStreamWriter(Files.newOutputStream(Path.of(arguments[1])), StandardCharsets.UTF_8))) {
            for (int i = 0; i < mails.size(); i++) {
                Mail mail = mails.get(i);
                Random random = new Random(seed * 1_000_003 + i);
                write(out, validator, mail, "whole");
                Damage[] kinds = Damage.values();
                for (int n = 0; n < 3; n++) {
                    Mail other = mails.get(random.nextInt(mails.size()));
                    Damage damage = kinds[(i + n * 7) % kinds.length];
                    byte[] changed = damage.apply(mail.bytes(), other.bytes(), random);
                    if (changed != null) {
                        write(out, validator, mail.with(changed, n == 0), damage.text());
                    }
                }
                Mail other = mails.get(random.nextInt(mails.size()));
                byte[] bent = BENDS.get(i % BENDS.size()).apply(mail.bytes(), other.bytes(), random);
                write(out, validator, mail.with(bent, false), "bend " + i % BENDS.size());
                lines += 5;
            }
        }
        System.out.println("about " + lines + " messages written to " + arguments[1]);
    }

    private static void write(BufferedWriter out, Validator validator, Mail mail, String how) throws IOException {
        Validation validation = Corpus.validate(validator, mail);
        var reading = validation.reading();
        out.write(mail.name() + " | " + how + " | " + validation.verdict().word() + " | " + reading.rawSize() + " "
                + reading.rawDigest() + " " + reading.canonical().size() + " " + reading.digest() + " "
                + reading.headerSize() + " " + reading.date() + " " + reading.mime() + " | " + validation.findings());
        out.write('\n');
    }

    private interface Choice {
        boolean crlf(int line);
    }

    private static byte[] ends(byte[] mail, Choice choice) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length + mail.length / 20);
        int line = 0;
        for (int i = 0; i < mail.length; i++) {
            if (mail[i] == '\n' && (i == 0 || mail[i - 1] != '\r') && choice.crlf(line++)) {
                out.write('\r');
            }
            out.write(mail[i]);
        }
        return out.toByteArray();
    }

    /** Long lines: from some place on, only one line end in a thousand stays. */
    private static byte[] joined(byte[] mail, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(mail.length * 3);
        int from = mail.length == 0 ? 0 : random.nextInt(mail.length);
        for (int round = 0; round < 1 + 200_000 / Math.max(1, mail.length); round++) {
            for (int i = round == 0 ? 0 : from; i < mail.length; i++) {
                boolean end = mail[i] == '\n' || mail[i] == '\r';
                if (!end || round == 0 && i < from || random.nextInt(1000) == 0) {
                    out.write(mail[i]);
                }
            }
        }
        return out.toByteArray();
    }

    private static byte[] repeated(byte[] mail, byte[] other, Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(mail);
        while (out.size() < 70_000 + random.nextInt(200_000)) {
            byte[] more = random.nextBoolean() ? mail : other;
            int from = more.length == 0 ? 0 : random.nextInt(more.length);
            out.write(more, from, more.length - from);
            out.write('\n');
        }
        return out.toByteArray();
    }

    /** Some octets become others, mostly those that mail treats apart. */
    private static byte[] noise(byte[] mail, Random random) {
        byte[] special = "\r\n\0\t =-:\377\200\303\251\337\001\177\033\fFrom ".getBytes(StandardCharsets.ISO_8859_1);
        byte[] bent = mail.clone();
        for (int n = random.nextInt(20); n >= 0 && bent.length > 0; n--) {
            int at = random.nextInt(bent.length);
            int run = random.nextInt(4) == 0 ? random.nextInt(300) : 1;
            byte octet = special[random.nextInt(special.length)];
            for (int i = at; i < Math.min(bent.length, at + run); i++) {
                bent[i] = octet;
            }
        }
        return bent;
    }
}
