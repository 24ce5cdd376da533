package org.understudy.server.soak;

import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Messages made from a number, so that the model need not keep them. */
final class Letters {
    static final String[] WORDS = "alpha bravo charlie delta echo foxtrot golf hotel india juliet".split(" ");

    private Letters() {}

    static String subject(int number) {
        return WORDS[number % WORDS.length] + " letter " + number;
    }

    /** The word that is in its text and in no other place. */
    static String word(int number) {
        return "body" + WORDS[number / 7 % WORDS.length];
    }

    static byte[] octets(int number) {
        Random random = new Random(number);
        StringBuilder text = new StringBuilder(2048);
        text.append("From: Writer ")
                .append(number % 17)
                .append(" <writer")
                .append(number % 17)
                .append("@example.org>\r\n");
        text.append("To: reader@example.org\r\n");
        text.append("Subject: ").append(subject(number)).append("\r\n");
        text.append("Message-ID: <letter-").append(number).append("@example.org>\r\n");
        text.append("Date: Mon, 1 Jun 2026 10:00:00 +0000\r\n\r\n");
        text.append(word(number)).append("\r\n");
        int lines = number % 23 == 0 ? 2_000 + random.nextInt(2_000) : random.nextInt(40);
        for (int i = 0; i < lines; i++) {
            text.append("line ")
                    .append(i)
                    .append(' ')
                    .append(Long.toString(random.nextLong(), 36))
                    .append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
