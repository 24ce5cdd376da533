package org.understudy.server.search;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Makes mail of many forms, and needles that occur in it or nearly do. */
final class RandomMail {
    private static final List<String> WORDS = List.of(
            "zanzibar",
            "Quetzalcoatl",
            "the",
            "and",
            "an",
            "Straße",
            "STRASSE",
            "Ünïcödé",
            "naïve",
            "日本語",
            "テスト",
            "Привет",
            "café",
            "cafe\u0301",
            "ﬁnance",
            "a",
            "I",
            "re",
            "meeting",
            "Rechnung",
            "😀 fun",
            "e",
            "x=y",
            "100%",
            "<tag>",
            "&amp;");
    private static final List<String> CHARSETS =
            List.of("UTF-8", "ISO-8859-1", "UTF-16BE", "ISO-2022-JP", "windows-1251");

    private final Random random;

    RandomMail(long seed) {
        random = new Random(seed);
    }

    String text(int words) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < words; i++) {
            String word = WORDS.get(random.nextInt(WORDS.size()));
            text.append(i == 0 ? "" : random.nextInt(9) == 0 ? "\r\n" : " ")
                    .append(random.nextInt(4) == 0 ? word.toUpperCase(Locale.ROOT) : word);
            if (random.nextInt(3) == 0) {
                text.append(random.nextInt(500));
            }
        }
        return text.toString();
    }

    byte[] message(int number) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        header(out, "Message-ID: <m" + number + "@example.org>");
        header(
                out,
                "Date: " + (1 + random.nextInt(28)) + " Mar 2024 23:30:00 "
                        + (random.nextBoolean() ? "-0800" : "+0900"));
        header(out, "From: " + word("Anna Müller") + " <anna" + random.nextInt(5) + "@example.org>");
        header(out, "To: bob@example.org,\r\n carla@example.net");
        if (random.nextInt(3) == 0) {
            header(out, "Cc: " + word("Zoë") + " <zoe@example.com>");
        }
        header(
                out,
                "Subject: " + (random.nextBoolean() ? "Re: " : "")
                        + word(text(1 + random.nextInt(4)).replace("\r\n", " ")));
        if (random.nextInt(4) == 0) {
            header(out, "X-Rare: " + text(2).replace("\r\n", " ").replaceAll("[^ -~]", "?"));
        }
        switch (random.nextInt(5)) {
            case 0 -> part(out, "text/plain");
            case 1 -> part(out, "text/html");
            case 2 -> multipart(out, random.nextBoolean());
            case 3 -> {
                header(out, "Content-Type: message/rfc822");
                header(out, "");
                header(out, "Subject: inner " + word("née"));
                part(out, "text/plain");
            }
            default -> {
                header(out, "");
                out.writeBytes(text(5).getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    private void multipart(ByteArrayOutputStream out, boolean closed) {
        header(out, "Content-Type: multipart/mixed; boundary=\"b 1\"");
        header(out, "");
        header(out, "preamble quagga");
        for (String type : List.of("text/plain", "text/html", "application/octet-stream; name=zanzibar.bin")) {
            header(out, "--b 1");
            part(out, type);
            header(out, "");
        }
        if (closed) {
            header(out, "--b 1--");
            header(out, "epilogue");
        }
    }

    private void part(ByteArrayOutputStream out, String type) {
        String charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
        String text = text(3 + random.nextInt(40));
        if (type.equals("text/html")) {
            text = "<html><style>p { zanzibar }</style><p>" + text.replace("<", "&lt;")
                    + " one<b>word</b> caf&eacute;</p></html>";
        }
        byte[] octets = text.getBytes(Charset.forName(charset));
        header(out, "Content-Type: " + type + (type.startsWith("text/") ? "; charset=" + charset : ""));
        boolean base64 = charset.equals("UTF-16BE") || random.nextBoolean();
        header(out, "Content-Transfer-Encoding: " + (base64 ? "base64" : "quoted-printable"));
        header(out, "");
        out.writeBytes(base64 ? Base64.getMimeEncoder().encode(octets) : quoted(octets));
    }

    private byte[] quoted(byte[] octets) {
        StringBuilder out = new StringBuilder();
        for (byte octet : octets) {
            if (octet == '=' || octet < 32 || random.nextInt(20) == 0) {
                out.append(String.format(Locale.ROOT, "=%02X", octet & 0xFF));
            } else {
                out.append((char) octet);
            }
            if (random.nextInt(40) == 0) {
                out.append("=\r\n");
            }
        }
        return out.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    /** As encoded words, perhaps cut in two where it hurts. */
    private String word(String text) {
        if (text.chars().allMatch(c -> c < 128) && random.nextBoolean()) {
            return text;
        }
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        int cut = random.nextInt(octets.length + 1);
        return encoded(octets, 0, cut) + "\r\n " + encoded(octets, cut, octets.length);
    }

    private static String encoded(byte[] octets, int from, int to) {
        return "=?utf-8?B?" + Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(octets, from, to)) + "?=";
    }

    private static void header(ByteArrayOutputStream out, String line) {
        out.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Of one character to a few words. */
    String needle() {
        String text = text(1 + random.nextInt(2)).replace("\r\n", " ");
        int from = text.offsetByCodePoints(0, random.nextInt(text.codePointCount(0, text.length())));
        int to = text.offsetByCodePoints(from, 1 + random.nextInt(text.codePointCount(from, text.length())));
        String needle = text.substring(from, to);
        return switch (random.nextInt(3)) {
            case 0 -> needle.toLowerCase(Locale.ROOT);
            case 1 -> needle.toUpperCase(Locale.ROOT);
            default -> needle;
        };
    }

    int below(int bound) {
        return random.nextInt(bound);
    }
}
