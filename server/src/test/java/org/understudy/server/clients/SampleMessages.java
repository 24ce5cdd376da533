package org.understudy.server.clients;

import java.nio.charset.StandardCharsets;

/** Messages by number, each different, with line ends CRLF. */
final class SampleMessages {
    private SampleMessages() {}

    static byte[] message(int number) {
        String text = "Date: Mon, 27 May 2024 00:00:00 +0000\r\nFrom: Carla <carla@example.org>\r\n"
                + "To: anna@example.org\r\nSubject: number " + number + "\r\nMessage-ID: " + id(number) + "\r\n"
                + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n"
                + "Content-Transfer-Encoding: 8bit\r\n\r\n"
                + "Gr\u00fc\u00dfe Nr. " + number + "\r\n"
                + "A line of some length, as mail has them.\r\n".repeat(number % 40);
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String id(int number) {
        return "<number-" + number + "@example.org>";
    }
}
