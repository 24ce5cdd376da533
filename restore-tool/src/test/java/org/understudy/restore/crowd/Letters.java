package org.understudy.restore.crowd;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/** Mail for tests, made from seeds. */
final class Letters {
    private static final String[] WORDS =
            ("the of and to in that is was for it with as his on be at by had not are but from"
                            + " or have an they which one you were her all she there would their we him been has when who will more"
                            + " contract meeting pipeline regards thursday schedule gas supply office delivery customer invoice")
                    .split(" ");

    private static final String[] SYLLABLES = "ka lo mi tra ven dor sul pe nith gor a est ui qua zel bru on".split(" ");

    private Letters() {}

    /** Header of a message; each of {@code more} a field with its LF. */
    static String header(String id, String from, String to, String... more) {
        return String.join("", more) + "Date: Tue, 6 Jan 2026 08:00:00 +0000\nFrom: " + from + "\nTo: " + to
                + "\nMessage-ID: <" + id + ">\nSubject: " + id + "\nMIME-Version: 1.0\n";
    }

    /** Paragraphs wrapped at 72 columns. */
    static String text(long seed, int lines) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines; i++) {
            StringBuilder line = new StringBuilder();
            while (line.length() < 64) {
                line.append(WORDS[random.nextInt(WORDS.length)]).append(' ');
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** Paragraphs of words that hardly any text has twice, of syllables that all have, wrapped at 72 columns. */
    static String newWords(long seed, int lines) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (int line = 0; line < lines; ) {
            int before = text.length();
            for (int syllables = 3 + random.nextInt(3); syllables > 0; syllables--) {
                text.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
            }
            column += text.length() + 1 - before;
            boolean full = column > 60;
            text.append(full ? '\n' : ' ');
            column = full ? 0 : column;
            line += full ? 1 : 0;
        }
        return text.toString();
    }

    /** Base64 in lines of 76. */
    static String base64(long seed, int octets) {
        byte[] bytes = new byte[octets];
        new Random(seed).nextBytes(bytes);
        return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes) + "\n";
    }

    /** A message with a text and an attachment. */
    static String withAttachment(String header, String text, String attachment) {
        return header + "Content-Type: multipart/mixed; boundary=\"=-cut-here-7781\"\n\n--=-cut-here-7781\n"
                + "Content-Type: text/plain; charset=us-ascii\n\n" + text + "\n--=-cut-here-7781\n"
                + "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n" + attachment
                + "--=-cut-here-7781--\n";
    }

    static String plain(String header, String text) {
        return header + "Content-Type: text/plain; charset=us-ascii\n\n" + text;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** A copy in which sectors of another message lie. */
    static byte[] with(String own, int at, String other, int from, int sectors) {
        byte[] changed = bytes(own);
        System.arraycopy(bytes(other), from * 512, changed, at * 512, sectors * 512);
        return changed;
    }

    /** A copy that is another message from a sector on. */
    static byte[] withTail(String own, int at, String other, int from) {
        byte[] changed = bytes(own);
        byte[] tail = Arrays.copyOfRange(bytes(other), from * 512, from * 512 + changed.length - at * 512);
        System.arraycopy(tail, 0, changed, at * 512, tail.length);
        return changed;
    }
}
