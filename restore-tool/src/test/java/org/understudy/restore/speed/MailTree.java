package org.understudy.restore.speed;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.understudy.restore.message.DkimSigner;

/**
 * Generated Maildirs of many users, about 50 KB a message: 63 % plain text of 1 to 6 KB, 30 % text with HTML in
 * quoted-printable, 7 % with a base64 attachment of 20 KB to 3 MB (which are four fifths of the bytes). Four in ten are
 * signed with DKIM. Line ends are LF and names carry {@code S=} and {@code W=}, as Dovecot writes them. Seeded but for the
 * signing key.
 */
final class MailTree {
    /** Messages of one user, in three mailboxes. */
    private static final int OF_USER = 500;

    private static final String[] FOLDERS = {"", ".Sent", ".Archive"};
    private static final String[] WORDS =
            ("the a of and to in is was for on that with as at by from we you they report invoice meeting Friday draft"
                            + " please attached figures change order number project customer delivery quarter budget"
                            + " thanks regards again soon review contract ticket server restore backup")
                    .split(" ", -1);
    private static final Instant FIRST = Instant.parse("2025-01-06T08:00:00Z");
    private static final Base64.Encoder LINES = Base64.getMimeEncoder(76, "\n".getBytes(StandardCharsets.US_ASCII));

    private final Path root;
    private final int messages;
    private final SplittableRandom random;
    private final byte[] noise = new byte[8 << 20];
    private final byte[] prose;
    private final byte[] markup;
    private final DkimSigner signer;

    private MailTree(Path root, int messages) {
        this.root = root;
        this.messages = messages;
        random = new SplittableRandom(messages);
        new Random(messages).nextBytes(noise);
        prose = prose(1 << 20, "", "\n", 72);
        markup = prose(1 << 20, "<p style=3D\"margin:0\">", "</p>=20\n", 44);
        signer = new DkimSigner("example.org", "s2025", key());
    }

    /** The tree of that many messages in {@code folder}, written if it is not there in full. */
    static Path in(Path folder, int messages) throws IOException {
        Path root = folder.resolve("mail-" + messages);
        Path complete = folder.resolve("mail-" + messages + ".complete");
        if (!Files.exists(complete)) {
            Scratch.delete(root);
            new MailTree(root, messages).write();
            Files.createFile(complete);
        }
        return root;
    }

    /** The users whose mail a tree of that many messages holds. */
    static List<String> users(int messages) {
        return IntStream.range(0, messages).mapToObj(MailTree::user).distinct().toList();
    }

    private static String user(int message) {
        return String.format(Locale.ROOT, "user%04d", message / OF_USER);
    }

    private static PrivateKey key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(1024);
            return generator.generateKeyPair().getPrivate();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }

    private byte[] prose(int size, String before, String after, int width) {
        StringBuilder text = new StringBuilder(size + 200);
        StringBuilder line = new StringBuilder();
        while (text.length() < size) {
            String word = WORDS[random.nextInt(WORDS.length)];
            if (line.length() + word.length() >= width) {
                text.append(before).append(line).append(after);
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private void write() throws IOException {
        for (int n = 0; n < messages; n++) {
            Path home = root.resolve(user(n)).resolve("Maildir");
            String folder = FOLDERS[n % 10 < 6 ? 0 : n % 10 < 8 ? 1 : 2];
            if (n % OF_USER == 0) {
                for (String each : FOLDERS) {
                    for (String part : new String[] {"cur", "new", "tmp"}) {
                        Files.createDirectories(home.resolve(each).resolve(part));
                    }
                }
            }
            Instant date = FIRST.plusSeconds(613L * n);
            byte[] mail = message(n, date);
            int lines = 0;
            for (byte b : mail) {
                lines += b == '\n' ? 1 : 0;
            }
            String name = String.format(
                    Locale.ROOT,
                    "%d.M%06dP%d.mail,S=%d,W=%d:2,%s",
                    date.getEpochSecond(),
                    n,
                    4_000 + n % 977,
                    mail.length,
                    mail.length + lines,
                    n % 3 == 0 ? "" : "S");
            Path file = home.resolve(folder).resolve("cur").resolve(name);
            Files.write(file, mail);
            Files.setLastModifiedTime(file, FileTime.from(date));
        }
    }

    private byte[] message(int n, Instant date) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(8 << 10);
        String when = DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC));
        int kind = random.nextInt(100);
        String boundary = String.format(Locale.ROOT, "=_part_%08x_%d", random.nextInt(), n);
        String type = kind < 63
                ? "text/plain; charset=utf-8"
                : "multipart/" + (kind < 93 ? "alternative" : "mixed") + "; boundary=\"" + boundary + '"';
        text(
                out,
                "From: Ana Dal <ana@example.org>\nTo: Ben Oke <ben" + n / OF_USER + "@example.net>\nSubject: "
                        + "Figures of week " + n % 53 + ", number " + n + "\nDate: " + when + "\nMessage-ID: <" + n
                        + ".load@example.org>\nMIME-Version: 1.0\nContent-Type: " + type + "\n"
                        + (kind < 63 ? "Content-Transfer-Encoding: 8bit\n" : "") + "\n");
        if (kind < 63) {
            slice(out, prose, 800 + random.nextInt(5_200));
        } else {
            part(out, boundary, "text/plain; charset=utf-8", "8bit");
            slice(out, prose, 500 + random.nextInt(2_500));
            if (kind < 93) {
                part(out, boundary, "text/html; charset=utf-8", "quoted-printable");
                slice(out, markup, 6_000 + random.nextInt(34_000));
            } else {
                part(out, boundary, "application/pdf; name=\"figures.pdf\"", "base64");
                int size = (int) (15_000 * Math.pow(150, random.nextDouble()));
                int from = random.nextInt(noise.length - size);
                out.writeBytes(LINES.encode(java.util.Arrays.copyOfRange(noise, from, from + size)));
                out.write('\n');
            }
            text(out, "--" + boundary + "--\n");
        }
        byte[] mail = out.toByteArray();
        boolean signed = random.nextInt(10) < 4;
        byte[] whole = signed ? signer.sign(mail) : mail;
        String trace = "Return-Path: <ana@example.org>\nDelivered-To: ben" + n / OF_USER + "@example.net\n"
                + "Received: from mail.example.org (mail.example.org [192.0.2.7])\n\tby mx.example.net with ESMTPS id "
                + Long.toHexString(random.nextLong()) + ";\n\t" + when + "\n";
        out.reset();
        text(out, trace);
        out.writeBytes(whole);
        return out.toByteArray();
    }

    private static void part(ByteArrayOutputStream out, String boundary, String type, String encoding) {
        text(out, "--" + boundary + "\nContent-Type: " + type + "\nContent-Transfer-Encoding: " + encoding + "\n\n");
    }

    /** Whole lines from a place in {@code pool}. */
    private void slice(ByteArrayOutputStream out, byte[] pool, int octets) {
        int from = random.nextInt(pool.length - octets - 1_000);
        while (pool[from] != '\n') {
            from++;
        }
        int to = from + octets;
        while (pool[to] != '\n') {
            to++;
        }
        out.write(pool, from + 1, to - from);
    }

    private static void text(ByteArrayOutputStream out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
