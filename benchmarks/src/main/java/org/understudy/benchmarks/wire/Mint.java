package org.understudy.benchmarks.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Mail made up from a seed: message {@code i} of a mint is the same for every server and every run. A mint keeps a pool
 * of messages in memory; each use has a number of its own in its Message-ID and its first line of text, so that no two
 * messages are equal.
 */
public final class Mint {
    /** In about one subject of a hundred, for searches. */
    public static final String RARE_SUBJECT = "zanzibar";
    /** In about one text of five hundred, for searches. */
    public static final String RARE_WORD = "quetzalcoatl";

    private static final int NUMBER_DIGITS = 12;
    private static final String PLACE = "#".repeat(NUMBER_DIGITS);
    private static final LocalDateTime FIRST_DATE = LocalDateTime.of(2025, 9, 1, 8, 0);
    private static final DateTimeFormatter INTERNAL_DATE =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ROOT);
    private static final DateTimeFormatter HEADER_DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ROOT);
    private static final String[] SYLLABLES =
            "ka lo mi ra ten ver so da pin gro sel ta ur ne wi fa bo ch est an".split(" ");

    /** How large messages are. */
    public enum Size {
        /** Exactly 4,096 octets. */
        FOUR_KIB,
        /** Median 2 KB. */
        SMALL,
        /** Median 4 KB. */
        MEDIUM,
        /** Median 8 KB, about 50 KB on average, attachments to 5 MB. */
        MIXED
    }

    private final List<Template> pool;

    /** One message of the pool, and at which places its number goes. */
    private static final class Template {
        private final byte[] octets;
        private final int[] places;

        Template(byte[] octets, int[] places) {
            this.octets = octets;
            this.places = places;
        }
    }

    public Mint(Size size, long seed, int pool) {
        this.pool = IntStream.range(0, pool)
                .mapToObj(i -> template(size, new Random(seed * 1_000_003 + i), i))
                .toList();
    }

    /** Octets of message {@code number}. */
    public byte[] message(long number) {
        Template template = template(number);
        byte[] message = template.octets.clone();
        stamp(message, template, 0, number);
        return message;
    }

    public int length(long number) {
        return template(number).octets.length;
    }

    /**
     * Writes message {@code number} into a buffer that is large enough.
     *
     * @return where it ends
     */
    public int copy(long number, byte[] into, int offset) {
        Template template = template(number);
        System.arraycopy(template.octets, 0, into, offset, template.octets.length);
        stamp(into, template, offset, number);
        return offset + template.octets.length;
    }

    /** The largest message. */
    public int longest() {
        return pool.stream().mapToInt(one -> one.octets.length).max().orElse(0);
    }

    /** Octets of messages 0 to {@code count} - 1. */
    public long octets(long count) {
        long sum = 0;
        for (long i = 0; i < count; i++) {
            sum += length(i);
        }
        return sum;
    }

    /** INTERNALDATE of message {@code number}: they come half an hour after each other, through one year. */
    public static String internalDate(long number) {
        return FIRST_DATE
                .plusMinutes(number % 17_000 * 30)
                .atOffset(ZoneOffset.UTC)
                .format(INTERNAL_DATE);
    }

    private Template template(long number) {
        return pool.get((int) (number % pool.size()));
    }

    private static void stamp(byte[] octets, Template template, int offset, long number) {
        for (int place : template.places) {
            long rest = number;
            for (int i = NUMBER_DIGITS - 1; i >= 0; i--) {
                octets[offset + place + i] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
    }

    private static Template template(Size size, Random random, int index) {
        int wanted = wanted(size, random);
        ByteArrayOutputStream out = new ByteArrayOutputStream(wanted + 1024);
        boolean attachment = wanted > 20_000;
        String edge = "edge-" + index;
        String from = person(random);
        String date =
                FIRST_DATE.plusMinutes(index * 30L).atOffset(ZoneOffset.UTC).format(HEADER_DATE);
        add(out, "Return-Path: <" + address(from) + ">");
        add(
                out,
                "Received: from relay" + random.nextInt(9) + ".example.net (relay.example.net [192.0.2."
                        + random.nextInt(250) + "])\r\n\tby mx.example.org with ESMTPS id " + PLACE
                        + "\r\n\tfor <anna@example.org>; "
                        + date);
        add(out, "From: " + from + " <" + address(from) + ">");
        add(
                out,
                "To: Anna Example <anna@example.org>" + (random.nextInt(3) == 0 ? ", " + address(person(random)) : ""));
        if (random.nextInt(4) == 0) {
            add(out, "Cc: " + address(person(random)) + ",\r\n " + address(person(random)));
        }
        add(out, "Subject: " + words(random, 3 + random.nextInt(5)) + (index % 100 == 7 ? " " + RARE_SUBJECT : ""));
        add(out, "Date: " + date);
        add(out, "Message-ID: <" + PLACE + ".bench@example.net>");
        if (random.nextInt(3) == 0) {
            add(out, "In-Reply-To: <" + random.nextInt(1_000_000) + ".bench@example.net>");
        }
        add(out, "MIME-Version: 1.0");
        add(
                out,
                attachment
                        ? "Content-Type: multipart/mixed; boundary=\"" + edge + "\""
                        : "Content-Type: text/plain; charset=utf-8");
        add(out, "");
        if (attachment) {
            add(out, "--" + edge);
            add(out, "Content-Type: text/plain; charset=utf-8");
            add(out, "");
        }
        add(out, "Number " + PLACE + (index % 500 == 11 ? " " + RARE_WORD : ""));
        int text = attachment ? Math.min(wanted / 4, 6_000) : wanted;
        while (out.size() < text - 160) {
            add(out, words(random, 9));
        }
        if (attachment) {
            add(out, "--" + edge);
            add(out, "Content-Type: application/octet-stream; name=\"file" + index + ".bin\"");
            add(out, "Content-Transfer-Encoding: base64");
            add(out, "");
            byte[] content = new byte[Math.max(57, (wanted - out.size()) / 78 * 57)];
            random.nextBytes(content);
            out.writeBytes(Base64.getMimeEncoder().encode(content));
            add(out, "");
            add(out, "--" + edge + "--");
        }
        if (size == Size.FOUR_KIB) {
            add(out, "x".repeat(Math.max(0, wanted - out.size() - 2)));
        }
        byte[] octets = out.toByteArray();
        String searchable = new String(octets, StandardCharsets.ISO_8859_1);
        int[] places = new int[0];
        for (int at = searchable.indexOf(PLACE); at >= 0; at = searchable.indexOf(PLACE, at + 1)) {
            places = Arrays.copyOf(places, places.length + 1);
            places[places.length - 1] = at;
        }
        return new Template(octets, places);
    }

    private static int wanted(Size size, Random random) {
        return switch (size) {
            case FOUR_KIB -> 4096;
            case SMALL -> spread(random, 2_000, 0.5, 30_000);
            case MEDIUM -> spread(random, 4_000, 1.1, 200_000);
            case MIXED -> spread(random, 8_000, 2.0, 5_000_000);
        };
    }

    /** Log-normal about a median, not below 900. */
    private static int spread(Random random, int median, double sigma, int most) {
        return (int) Math.clamp(median * Math.exp(sigma * random.nextGaussian()), 900, most);
    }

    private static void add(ByteArrayOutputStream out, String line) {
        out.writeBytes(line.getBytes(StandardCharsets.UTF_8));
        out.write('\r');
        out.write('\n');
    }

    private static String words(Random random, int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : " ").append(word(random));
        }
        return text.toString();
    }

    private static String word(Random random) {
        // Few words are common, many are rare, as in language.
        int rank = (int) Math.min(19_999, Math.exp(random.nextDouble() * 9.9));
        StringBuilder word = new StringBuilder();
        for (int rest = rank + 20; rest > 0; rest /= SYLLABLES.length) {
            word.append(SYLLABLES[rest % SYLLABLES.length]);
        }
        return word.toString();
    }

    private static String person(Random random) {
        String first = word(random);
        String last = word(random);
        return Character.toUpperCase(first.charAt(0)) + first.substring(1) + " " + Character.toUpperCase(last.charAt(0))
                + last.substring(1);
    }

    private static String address(String person) {
        return person.toLowerCase(Locale.ROOT).replace(' ', '.') + "@example.net";
    }
}
