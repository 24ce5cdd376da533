package org.understudy.server.demo;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.understudy.restore.message.DkimSigner;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;

/**
 * Invents the mail of a small company over some months: threads, attachments, HTML, several charsets, and newsletters
 * that are signed with DKIM. The same seed gives the same mail but for the signatures' key.
 */
final class SampleMail {
    /** One message in one user's mailbox. */
    record Item(String user, String mailbox, Instant date, Flags flags, Content content) {}

    /** A user of the company, and the language that he or she writes in. */
    record Person(String user, String name, Language language) {}

    /** Words and charset of a language. */
    enum Language {
        ENGLISH(StandardCharsets.UTF_8, "7bit"),
        GERMAN(Charset.forName("ISO-8859-1"), "quoted-printable"),
        CZECH(Charset.forName("ISO-8859-2"), "quoted-printable"),
        JAPANESE(Charset.forName("ISO-2022-JP"), "7bit"),
        FRENCH(StandardCharsets.UTF_8, "base64");

        final Charset charset;
        final String encoding;

        Language(Charset charset, String encoding) {
            this.charset = charset;
            this.encoding = encoding;
        }
    }

    static final List<Person> PEOPLE = List.of(
            new Person("ada", "Ada Winter", Language.ENGLISH),
            new Person("bruno", "Bruno Köhler", Language.GERMAN),
            new Person("chiyo", "Chiyo Tanaka", Language.JAPANESE),
            new Person("dana", "Dana Nováková", Language.CZECH),
            new Person("emile", "Émile Garnier", Language.FRENCH),
            new Person("farah", "Farah Idris", Language.ENGLISH),
            new Person("goran", "Goran Petrov", Language.ENGLISH),
            new Person("hanna", "Hanna Meyer", Language.GERMAN));

    private static final String DOMAIN = "example.org";
    private static final String NEWS_DOMAIN = "news.example.com";
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);
    private static final List<String> MAILBOXES = List.of("INBOX", "INBOX", "INBOX", "Archive", "Projects.Harbour");

    private final Random random;
    private final DkimSigner signer;
    private final List<Item> items = new ArrayList<>();
    private long serial;

    private SampleMail(long seed, DkimSigner signer) {
        random = new Random(seed);
        this.signer = signer;
    }

    /**
     * Mail from the first day of {@code from} to before {@code until}, by date.
     *
     * @param perPerson about how many messages each person gets
     */
    static List<Item> between(LocalDate from, LocalDate until, int perPerson, long seed, DkimSigner signer) {
        SampleMail mail = new SampleMail(seed, signer);
        int days = (int) java.time.temporal.ChronoUnit.DAYS.between(from, until);
        int threads = perPerson * PEOPLE.size() / 4;
        for (int i = 0; i < threads; i++) {
            mail.thread(mail.moment(from, days));
        }
        for (int i = 0; i < perPerson * PEOPLE.size() / 12; i++) {
            mail.newsletter(mail.moment(from, days), i);
        }
        Instant end = until.atStartOfDay(ZoneOffset.UTC).toInstant();
        return mail.items.stream()
                .filter(item -> item.date().isBefore(end))
                .sorted(Comparator.comparing(Item::date))
                .toList();
    }

    /** The domain whose newsletters are signed. */
    static String signingDomain() {
        return NEWS_DOMAIN;
    }

    private ZonedDateTime moment(LocalDate from, int days) {
        return from.plusDays(random.nextInt(days))
                .atTime(7 + random.nextInt(12), random.nextInt(60), random.nextInt(60))
                .atZone(ZoneOffset.ofHours(random.nextInt(3)));
    }

    private <T> T one(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    private void thread(ZonedDateTime start) {
        Person writer = one(PEOPLE);
        Person reader = one(PEOPLE.stream().filter(p -> !p.equals(writer)).toList());
        Phrases phrases = Phrases.of(writer.language());
        String topic = one(phrases.topics());
        String root = messageId();
        String last = root;
        ZonedDateTime date = start;
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
            Person from = i % 2 == 0 ? writer : reader;
            Person to = i % 2 == 0 ? reader : writer;
            String id = i == 0 ? root : messageId();
            String body = text(phrases, from, i);
            List<String> headers = headers(from, to, (i == 0 ? "" : "Re: ") + topic, date, id, writer.language());
            if (i > 0) {
                headers.add("In-Reply-To: " + last);
                headers.add("References: " + (last.equals(root) ? root : root + "\r\n " + last));
            }
            deliver(to, from, date, message(headers, body, writer.language(), i));
            last = id;
            date = date.plusMinutes(20 + random.nextInt(2000));
        }
    }

    private String text(Phrases phrases, Person from, int reply) {
        StringBuilder text = new StringBuilder(one(phrases.greetings())).append("\r\n\r\n");
        int sentences = 2 + random.nextInt(6);
        for (int i = 0; i < sentences; i++) {
            text.append(one(phrases.sentences())).append(i % 3 == 2 ? "\r\n\r\n" : "\r\n");
        }
        if (reply > 0) {
            text.append("\r\n> ")
                    .append(one(phrases.sentences()))
                    .append("\r\n> ")
                    .append(one(phrases.sentences()));
        }
        return text.append("\r\n\r\n-- \r\n").append(from.name()).append("\r\n").toString();
    }

    private byte[] message(List<String> headers, String body, Language language, int reply) {
        boolean fits = language.charset.newEncoder().canEncode(body)
                && (language != Language.ENGLISH || Encoding.isAscii(body));
        Charset charset = fits ? language.charset : StandardCharsets.UTF_8;
        String encoding = fits ? language.encoding : "quoted-printable";
        int kind = random.nextInt(10);
        if (kind < 5) {
            headers.add("Content-Type: text/plain; charset=" + charset.name());
            headers.add("Content-Transfer-Encoding: " + encoding);
            return joined(headers, Encoding.encode(body, charset, encoding));
        }
        String boundary = "=_" + Long.toHexString(random.nextLong());
        String plain =
                part("text/plain; charset=" + charset.name(), encoding, "", Encoding.encode(body, charset, encoding));
        if (kind < 8) {
            headers.add("Content-Type: multipart/alternative; boundary=\"" + boundary + "\"");
            String html = "<html><body><p>" + body.replace("\r\n", "<br>\r\n") + "</p></body></html>\r\n";
            return joined(
                    headers,
                    multipart(
                            boundary,
                            plain,
                            part(
                                    "text/html; charset=" + charset.name(),
                                    "quoted-printable",
                                    "",
                                    Encoding.encode(html, charset, "quoted-printable"))));
        }
        headers.add("Content-Type: multipart/mixed; boundary=\"" + boundary + "\"");
        byte[] file = new byte[2_000 + random.nextInt(reply == 0 ? 120_000 : 20_000)];
        random.nextBytes(file);
        String name = one(List.of("plan", "offer", "minutes", "photo", "drawing")) + serial;
        return joined(
                headers,
                multipart(
                        boundary,
                        plain,
                        part(
                                "application/octet-stream; name=\"" + name + ".bin\"",
                                "base64",
                                "Content-Disposition: attachment; filename=\"" + name + ".bin\"\r\n",
                                Base64.getMimeEncoder().encodeToString(file) + "\r\n")));
    }

    private void newsletter(ZonedDateTime date, int number) {
        for (Person reader : PEOPLE) {
            if (random.nextInt(3) == 0) {
                continue;
            }
            List<String> headers = new ArrayList<>(List.of(
                    "From: Harbour News <letters@" + NEWS_DOMAIN + ">",
                    "To: " + address(reader, StandardCharsets.UTF_8),
                    "Subject: Harbour News " + number,
                    "Date: " + DATE.format(date),
                    "Message-ID: <news-" + number + "-" + reader.user() + "@" + NEWS_DOMAIN + ">",
                    "MIME-Version: 1.0",
                    "List-Id: <harbour." + NEWS_DOMAIN + ">",
                    "Content-Type: text/plain; charset=us-ascii"));
            Phrases phrases = Phrases.of(Language.ENGLISH);
            StringBuilder body = new StringBuilder("Harbour News, number " + number + "\r\n\r\n");
            for (int i = 0; i < 12; i++) {
                body.append("* ").append(one(phrases.sentences())).append("\r\n");
            }
            byte[] signed = signer.sign(joined(headers, body.toString()));
            items.add(new Item(reader.user(), "Newsletters", date.toInstant(), flags(), Content.of(signed)));
        }
    }

    private void deliver(Person to, Person from, ZonedDateTime date, byte[] bytes) {
        items.add(
                new Item(to.user(), one(MAILBOXES), date.toInstant(), flags(), Content.of(received(to, date, bytes))));
        items.add(new Item(from.user(), "Sent", date.toInstant(), Flags.of(Flags.SEEN, List.of()), Content.of(bytes)));
    }

    private byte[] received(Person to, ZonedDateTime date, byte[] bytes) {
        String trace = "Delivered-To: " + to.user() + "@" + DOMAIN + "\r\n"
                + "Received: from mx." + DOMAIN + " (mx." + DOMAIN + " [192.0.2.25])\r\n"
                + "\tby mail." + DOMAIN + " with ESMTPS id " + Long.toString(serial + 4_000_000, 36) + "\r\n"
                + "\tfor <" + to.user() + "@" + DOMAIN + ">; " + DATE.format(date.plusSeconds(2)) + "\r\n";
        byte[] head = trace.getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, all, head.length, bytes.length);
        return all;
    }

    private Flags flags() {
        int system = random.nextInt(5) == 0 ? 0 : Flags.SEEN;
        system |= random.nextInt(6) == 0 ? Flags.ANSWERED : 0;
        system |= random.nextInt(15) == 0 ? Flags.FLAGGED : 0;
        return Flags.of(system, random.nextInt(10) == 0 ? List.of("$label1") : List.of());
    }

    private List<String> headers(
            Person from, Person to, String subject, ZonedDateTime date, String id, Language language) {
        return new ArrayList<>(List.of(
                "From: " + address(from, language.charset),
                "To: " + address(to, language.charset),
                "Subject: " + Encoding.header(subject, language.charset),
                "Date: " + DATE.format(date),
                "Message-ID: " + id,
                "User-Agent: Harbour Mail 3.2",
                "MIME-Version: 1.0"));
    }

    private static String address(Person person, Charset charset) {
        return Encoding.header(person.name(), charset) + " <" + person.user() + "@" + DOMAIN + ">";
    }

    private String messageId() {
        serial++;
        return "<" + Long.toHexString(random.nextLong()) + "." + serial + "@" + DOMAIN + ">";
    }

    private static String part(String type, String encoding, String more, String body) {
        return "Content-Type: " + type + "\r\nContent-Transfer-Encoding: " + encoding + "\r\n" + more + "\r\n" + body;
    }

    private static String multipart(String boundary, String... parts) {
        StringBuilder body = new StringBuilder("This is a message in several parts.\r\n");
        for (String part : parts) {
            body.append("\r\n--").append(boundary).append("\r\n").append(part);
        }
        return body.append("\r\n--").append(boundary).append("--\r\n").toString();
    }

    private static byte[] joined(List<String> headers, String body) {
        return (String.join("\r\n", headers) + "\r\n\r\n" + body).getBytes(StandardCharsets.ISO_8859_1);
    }
}
