package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DkimBodyTest {
    @Test
    void relaxedBodiesHashAsRfc6376SaysHoweverTheirLinesAreCut() throws Exception {
        for (int seed = 0; seed < 4_000; seed++) {
            Random random = new Random(seed);
            String body = body(random);
            byte[] canonical = relaxed(body).getBytes(StandardCharsets.ISO_8859_1);
            long limit = random.nextInt(3) == 0 ? random.nextInt(canonical.length + 2) : -1;
            byte[] signed = limit < 0 ? canonical : Arrays.copyOf(canonical, (int) Math.min(limit, canonical.length));
            DkimBody hash = new DkimBody(true, "SHA-256", limit);
            feed(hash, body, random);
            assertThat(hash.hash())
                    .as("seed " + seed)
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(signed));
        }
    }

    /** RFC 6376 section 3.4.4, word for word. */
    private static String relaxed(String body) {
        return body.replaceAll("[ \t]+\r\n", "\r\n")
                .replaceAll("[ \t]+", " ")
                .replaceAll("(\r\n)+\\z", "\r\n")
                .replaceAll("\\A\r\n\\z", "");
    }

    private static String body(Random random) {
        StringBuilder body = new StringBuilder();
        int lines = random.nextInt(12);
        for (int line = 0; line < lines; line++) {
            int length = random.nextInt(4) == 0 ? 0 : random.nextInt(20) == 0 ? 20_000 : random.nextInt(60);
            for (int i = 0; i < length; i++) {
                body.append(random.nextInt(3) > 0 ? "abc".charAt(random.nextInt(3)) : " \t".charAt(random.nextInt(2)));
            }
            body.append("\r\n");
        }
        return body.toString();
    }

    private static void feed(DkimBody hash, String body, Random random) {
        byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
        int start = 0;
        for (int i = 0; i + 1 < octets.length; i++) {
            boolean end = octets[i] == '\r';
            boolean cut = random.nextInt(50) == 0 && i > start;
            if (end) {
                line(hash, octets, start, i, 2, random);
                start = i + 2;
                i++;
            } else if (cut) {
                line(hash, octets, start, i, 0, random);
                start = i;
            }
        }
    }

    /** Lines without blanks are now and then given as such. */
    private static void line(DkimBody hash, byte[] octets, int from, int to, int ending, Random random) {
        boolean blanks = new String(octets, from, to - from, StandardCharsets.ISO_8859_1).matches("(?s).*[ \t].*");
        if (random.nextBoolean()) {
            hash.line(octets, from, to, ending, blanks);
        } else {
            hash.line(octets, from, to, ending);
        }
    }
}
