package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SEARCH, SORT and THREAD over the wire, in the order in which their documents describe them. */
final class SearchCommandsTest {
    @TempDir
    Path folder;

    private ServerUnderClients server;
    private WireClient client;

    @BeforeEach
    void start() throws Exception {
        server = ServerUnderClients.start(folder.resolve("data"), "anna");
        client = server.login("anna");
        append("1", "", "Date: Fri, 1 Mar 2024 23:30:00 -0800", "From: Zoe <zoe@example.org>", "Subject: Re: lunch");
        append("2", "(\\Seen)", "Date: Sat, 2 Mar 2024 00:30:00 +0900", "From: Adam <x@example.org>", "Subject: lunch");
        append(
                "3",
                "(\\Flagged)",
                "Date: 3 Mar 2024 12:00 +0000",
                "From: bob@example.org",
                "Subject: =?utf-8?Q?Caf=C3=A9?=");
        append("4", "(\\Seen \\Flagged $Work)", "From: carl@example.org", "References: <3@x>", "Subject: dinner");
        append("5", "", "Date: 5 Mar 2024 12:00 +0000", "From: dora@example.org", "Subject: (none)");
        client.ok("SELECT INBOX");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    private static final DateTimeFormatter ARRIVAL = DateTimeFormatter.ofPattern(
                    "'\"'dd-MMM-yyyy HH:mm:ss Z'\"'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final Instant begun = Instant.now().minusSeconds(60);

    private void append(String id, String flags, String... lines) throws Exception {
        String message =
                "Message-ID: <" + id + "@x>\r\n" + String.join("\r\n", lines) + "\r\n\r\nbody number " + id + "\r\n";
        String arrival = ARRIVAL.format(begun.plusSeconds(Integer.parseInt(id))) + " ";
        client.await(client.sendAppend(
                "INBOX", (flags.isEmpty() ? "" : flags + " ") + arrival, message.getBytes(StandardCharsets.US_ASCII)));
    }

    private List<String> untagged(String command) throws Exception {
        return client.ok(command).stream()
                .map(WireClient.Response::text)
                .filter(text -> text.startsWith("* ") && !text.matches("\\* (\\d+ .*|OK .*|FLAGS .*)"))
                .map(text -> text.substring(2))
                .toList();
    }

    private void answers(String command, String expected) throws Exception {
        assertThat(untagged(command)).as(command).containsExactly(expected);
    }

    private String refusal(String command) throws Exception {
        String tag = client.send(command);
        try {
            client.await(tag);
        } catch (AssertionError refused) {
            return String.valueOf(refused.getMessage()).replaceFirst(".*got \\S+ ", "");
        }
        throw new AssertionError(command + " was accepted");
    }

    @Test
    void combinesKeys() throws Exception {
        answers("SEARCH ALL", "SEARCH 1 2 3 4 5");
        answers("SEARCH NOT 2,4", "SEARCH 1 3 5");
        answers("SEARCH OR 1 UID 3", "SEARCH 1 3");
        answers("SEARCH OR OR 1 2 (FLAGGED UNSEEN)", "SEARCH 1 2 3");
        answers("SEARCH NOT (SEEN) NOT FLAGGED", "SEARCH 1 5");
        answers("SEARCH KEYWORD $work", "SEARCH 4");
        answers("SEARCH UNKEYWORD $Work SEEN", "SEARCH 2");
        answers("SEARCH KEYWORD never", "SEARCH");
        answers("UID SEARCH 4:*", "SEARCH 4 5");
        answers("UID SEARCH UID 99:*", "SEARCH 5");
        answers("SEARCH *", "SEARCH 5");
    }

    @Test
    void comparesSentDatesAsWritten() throws Exception {
        answers("SEARCH SENTON 1-Mar-2024", "SEARCH 1");
        answers("SEARCH SENTON 2-Mar-2024", "SEARCH 2");
        answers("SEARCH SENTBEFORE 3-Mar-2024", "SEARCH 1 2");
        answers("SEARCH SENTSINCE \"3-Mar-2024\"", "SEARCH 3 5");
        answers("SEARCH NOT SENTSINCE 1-Jan-1990", "SEARCH 4");
    }

    @Test
    void searchesText() throws Exception {
        answers("SEARCH SUBJECT LUNCH", "SEARCH 1 2");
        answers("SEARCH CHARSET UTF-8 SUBJECT \"caf\u00c3\u00a9\"", "SEARCH 3");
        answers("SEARCH SUBJECT \"CAF\u00c3\u0089\"", "SEARCH 3");
        answers("SEARCH CHARSET ISO-8859-1 SUBJECT \"caf\u00e9\"", "SEARCH 3");
        answers("SEARCH BODY \"number 4\"", "SEARCH 4");
        answers("SEARCH TEXT example.org BODY number", "SEARCH 1 2 3 4 5");
        answers("SEARCH HEADER References \"\"", "SEARCH 4");
        answers("SEARCH FROM adam", "SEARCH 2");
        assertThat(refusal("SEARCH CHARSET KLINGON SUBJECT x")).startsWith("NO [BADCHARSET (UTF-8");
        assertThat(refusal("SEARCH CHARSET UTF-8 SUBJECT \"\u00ff\"")).startsWith("BAD");
        assertThat(refusal("SEARCH NOSUCHKEY")).startsWith("BAD");
        assertThat(refusal("SEARCH")).startsWith("BAD");
        assertThat(refusal("SEARCH ()")).startsWith("BAD");
        assertThat(refusal("SEARCH SINCE 31-Feb-2024")).startsWith("BAD");
        assertThat(refusal("SEARCH " + "(".repeat(500) + "1" + ")".repeat(500))).startsWith("BAD");
    }

    @Test
    void searchesWithinIntervals() throws Exception {
        answers("SEARCH YOUNGER 3600", "SEARCH 1 2 3 4 5");
        answers("SEARCH OLDER 3600", "SEARCH");
        assertThat(refusal("SEARCH OLDER 0")).startsWith("BAD");
    }

    @Test
    void answersExtendedSearches() throws Exception {
        String tag = "ESEARCH (TAG \"w%d\")";
        int next = tagNumber() + 1;
        answers("SEARCH RETURN () UNSEEN", tag.formatted(next) + " ALL 1,3,5");
        answers(
                "UID SEARCH RETURN (MIN MAX COUNT ALL) 2:4",
                tag.formatted(next + 1) + " UID MIN 2 MAX 4 COUNT 3 ALL 2:4");
        answers("SEARCH RETURN (MIN COUNT) KEYWORD none", tag.formatted(next + 2) + " COUNT 0");
        answers("SEARCH RETURN (ALL) KEYWORD none", tag.formatted(next + 3));
        answers(
                "SORT RETURN (MIN MAX COUNT) (REVERSE ARRIVAL) UTF-8 ALL",
                tag.formatted(next + 4) + " MIN 5 MAX 1 COUNT 5");
    }

    private int tagNumber() throws Exception {
        List<WireClient.Response> responses = client.ok("NOOP");
        return Integer.parseInt(responses.getLast().text().replaceAll("^w(\\d+).*", "$1"));
    }

    @Test
    void tellsTheHighestModSeqOfWhatItAnswers() throws Exception {
        client.ok("STORE 2 +FLAGS.SILENT (\\Answered)");
        client.ok("SELECT INBOX (CONDSTORE)");
        List<WireClient.Response> fetched = client.ok("FETCH 1:5 (MODSEQ)").stream()
                .filter(r -> r.text().contains(" FETCH "))
                .toList();
        long first = modSeq(fetched.get(0).text());
        long second = modSeq(fetched.get(1).text());
        assertThat(second).isGreaterThan(first);
        assertThat(untagged("SEARCH MODSEQ 1").getLast()).isEqualTo("SEARCH 1 2 3 4 5 (MODSEQ " + second + ")");
        assertThat(untagged("SEARCH RETURN (MIN) MODSEQ 1").getLast()).endsWith(" MIN 1 MODSEQ " + first);
        assertThat(untagged("SEARCH RETURN (MAX COUNT) MODSEQ 1").getLast())
                .endsWith(" MAX 5 COUNT 5 MODSEQ " + second);
        assertThat(untagged("SEARCH MODSEQ \"/flags/\\\\draft\" all " + second).getLast())
                .isEqualTo("SEARCH 2 (MODSEQ " + second + ")");
        assertThat(untagged("SEARCH MODSEQ " + (second + 100)).getLast()).isEqualTo("SEARCH");
    }

    private static long modSeq(String fetch) {
        return Long.parseLong(fetch.replaceAll(".*MODSEQ \\((\\d+)\\).*", "$1"));
    }

    @Test
    void keepsWhatWasSavedAsMessagesNotNumbers() throws Exception {
        assertThat(untagged("SEARCH RETURN (SAVE) FLAGGED")).isEmpty();
        answers("SEARCH $", "SEARCH 3 4");
        client.ok("STORE 1 +FLAGS.SILENT (\\Deleted)");
        client.ok("EXPUNGE");
        answers("SEARCH $", "SEARCH 2 3");
        answers("UID SEARCH UID $", "SEARCH 3 4");
        answers("SEARCH NOT $", "SEARCH 1 4");
        assertThat(client.ok("FETCH $ (UID)").stream().map(WireClient.Response::text))
                .contains("* 2 FETCH (UID 3)", "* 3 FETCH (UID 4)");
        assertThat(client.ok("UID FETCH $ (UID)").stream().map(WireClient.Response::text))
                .contains("* 2 FETCH (UID 3)", "* 3 FETCH (UID 4)");
        untagged("UID SEARCH RETURN (SAVE MIN) ALL");
        answers("SEARCH $", "SEARCH 1");
        assertThat(refusal("SEARCH RETURN (SAVE) NOSUCHKEY")).startsWith("BAD");
        answers("SEARCH $", "SEARCH");
    }

    @Test
    void sorts() throws Exception {
        answers("SORT (SUBJECT) UTF-8 ALL", "SORT 5 3 4 1 2");
        answers("UID SORT (REVERSE DATE) US-ASCII 1:3", "SORT 3 1 2");
        answers("SORT (FROM) UTF-8 ALL", "SORT 3 4 5 2 1");
        answers("SORT (DISPLAYFROM) UTF-8 1:3", "SORT 2 3 1");
        answers("SORT (SUBJECT REVERSE ARRIVAL) UTF-8 SUBJECT lunch", "SORT 2 1");
        assertThat(refusal("SORT (COLOUR) UTF-8 ALL")).startsWith("BAD");
        assertThat(refusal("SORT () UTF-8 ALL")).startsWith("BAD");
        assertThat(refusal("SORT (DATE) KLINGON ALL")).startsWith("NO [BADCHARSET (UTF-8");
    }

    @Test
    void threads() throws Exception {
        answers("THREAD REFERENCES UTF-8 ALL", "THREAD (2 1)(3 4)(5)");
        answers("UID THREAD ORDEREDSUBJECT UTF-8 1:3", "THREAD (2 1)(3)");
        answers("THREAD REFERENCES UTF-8 KEYWORD none", "THREAD");
        assertThat(refusal("THREAD SPOOL UTF-8 ALL")).startsWith("BAD");
    }

    @Test
    void announcesWhatItDoes() throws Exception {
        assertThat(untagged("CAPABILITY").getFirst().split(" "))
                .contains(
                        "ESEARCH",
                        "ESORT",
                        "SEARCHRES",
                        "SORT",
                        "SORT=DISPLAY",
                        "THREAD=ORDEREDSUBJECT",
                        "THREAD=REFERENCES",
                        "WITHIN");
    }
}
