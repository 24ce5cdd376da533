package org.understudy.server.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.ledger.LedgerImport.Form;
import org.understudy.server.ledger.LedgerImport.Imported;
import org.understudy.storage.OperatorException;

final class LedgerImportTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");
    private static final String DOVECOT = """
            May 26 08:00:01 mx dovecot: imap-login: Login: user=<Anna@Example.org>, method=PLAIN, rip=198.51.100.1, lip=192.0.2.7, mpid=77, TLS, session=<aa>, sni=<IMAP.old.example>
            May 26 08:00:02 mx dovecot: imap(anna@example.org)<77><aa>: ID sent: name=Thunderbird, version=115.3.1, vendor=Mozilla
            2026-05-26T09:00:00.123456+02:00 mx dovecot: pop3-login: Login: user=<bert>, method=PLAIN, rip=198.51.100.2, lip=192.0.2.8, mpid=78, TLS, session=<bb>, TLSv1.2 with cipher X, lport=995
            May 26 08:00:03 mx dovecot: imap-login: Disconnected (disconnected before auth was ready, waited 0 secs): user=<>, rip=198.51.100.3, lip=192.0.2.8, TLS handshaking: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48, session=<cc>
            2026-05-26 08:00:04 imap-login: Info: Disconnected (no auth attempts in 0 secs): user=<>, rip=198.51.100.4, lip=192.0.2.8, TLS, session=<dd>
            May 26 08:00:05 mx dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<secret>, method=PLAIN, rip=198.51.100.4, lip=192.0.2.8, TLS, session=<ee>
            Dec 31 23:59:59 mx dovecot: imap-login: Login: user=<carl>, method=PLAIN, rip=198.51.100.1, lip=192.0.2.9, mpid=79, TLS, session=<ff>
            May 26 08:00:06 mx postfix/smtpd[1]: connect from unknown
            """;

    @TempDir
    Path folder;

    private Imported read(String name, String text, Form form) throws Exception {
        return new LedgerImport(NOW, ZoneOffset.UTC, Map.of("192.0.2.8", "mail.brand.example"))
                .read(Files.writeString(folder.resolve(name), text), form);
    }

    private static List<String> told(Imported imported) {
        return imported.content().rows().stream()
                .map(row -> row.key().listener() + " " + row.key().port() + " "
                        + row.key().host() + " "
                        + row.key().user() + " " + row.key().client() + " "
                        + row.key().tls() + " "
                        + row.key().outcome().word() + " " + row.last() + " " + row.count())
                .toList();
    }

    @Test
    void dovecotTellsHostUserClientAndAlerts() throws Exception {
        Imported imported = read("mail.log", DOVECOT, Form.AUTO);
        assertThat(imported.form()).isEqualTo(Form.DOVECOT);
        assertThat(told(imported))
                .containsExactlyInAnyOrder(
                        "imap 0 imap.old.example anna@example.org Thunderbird 115.3  logged-in 2026-05-26T08:00:02Z 1",
                        "pop3 995 mail.brand.example bert  TLSv1.2 logged-in 2026-05-26T07:00:00Z 1",
                        "imap 0 mail.brand.example    alert:unknown_ca 2026-05-26T08:00:03Z 1",
                        "imap 0 mail.brand.example    no-command 2026-05-26T08:00:04Z 1",
                        "imap 0 mail.brand.example    no-login 2026-05-26T08:00:05Z 1",
                        "imap 0  carl   logged-in 2025-12-31T23:59:59Z 1");
        assertThat(imported.lines()).isEqualTo(8);
        assertThat(imported.used()).isEqualTo(7);
        assertThat(imported.firstIgnored()).isEqualTo("line 8: no line of a login");
    }

    @Test
    void namesThatFailedToLogInAreNotKept() throws Exception {
        assertThat(told(read("mail.log", DOVECOT, Form.DOVECOT))).noneMatch(row -> row.contains("secret"));
    }

    @Test
    void whatIsWrittenIsReadBack() throws Exception {
        List<LedgerRow> rows = List.of(
                new LedgerRow(
                        new LedgerKey(
                                "imaps",
                                993,
                                "a.example",
                                "=cmd|' /C calc'!A0",
                                "Mail, \"the\" best",
                                "13d1x1-0",
                                "TLSv1.3",
                                "0123456789abcdef",
                                Fault.EXPIRED,
                                Outcome.LOGGED_IN),
                        NOW.minusSeconds(9),
                        NOW,
                        7),
                new LedgerRow(
                        new LedgerKey(
                                "pop3",
                                0,
                                "b.example",
                                "",
                                "",
                                "",
                                "",
                                "",
                                Fault.NONE,
                                Outcome.alert(Alert.UNKNOWN_CA)),
                        NOW,
                        NOW,
                        1));
        StringBuilder csv = new StringBuilder(LedgerText.csvTitles());
        StringBuilder lines = new StringBuilder();
        rows.forEach(row -> {
            csv.append(LedgerText.csv(row));
            lines.append(LedgerText.json(row)).append('\n');
        });
        assertThat(csv.toString()).contains(",'=cmd").doesNotContain(",=cmd");
        assertThat(read("a.csv", csv.toString(), Form.AUTO).content().rows()).isEqualTo(rows);
        assertThat(read("a.jsonl", lines.toString(), Form.AUTO).content().rows())
                .isEqualTo(rows);
    }

    @Test
    void fewColumnsAreEnough() throws Exception {
        Imported imported = read("few.csv", "\uFEFFuser,host\r\nanna,Imap.Old.Example\nbert,\n,\n", Form.AUTO);
        assertThat(told(imported))
                .containsExactly(
                        " 0 imap.old.example anna   logged-in 2026-05-27T02:00:00Z 1",
                        " 0  bert   logged-in 2026-05-27T02:00:00Z 1");
        assertThat(imported.firstIgnored()).isEqualTo("line 3: neither a host nor a user");
    }

    @Test
    void whatIsNoLedgerIsRefusedWithWords() {
        assertThatThrownBy(() -> read("a.txt", "hello\nworld\n", Form.AUTO))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("none of its 2 lines tells of a connection; line 1: no line of a login");
        assertThatThrownBy(() -> read("b.csv", "user,hosst\n", Form.CSV)).hasMessageContaining("unknown titles: hosst");
        assertThatThrownBy(() -> read("c.jsonl", "{\"user\":\"a\",\"count\":-1}\n", Form.AUTO))
                .hasMessageContaining("line 1: count -1");
        assertThatThrownBy(() -> read("d.jsonl", "{\"user\":\"a\",\"outcome\":\"fine\"}\n", Form.AUTO))
                .hasMessageContaining("'fine' is no outcome");
    }

    @Test
    void compressedLogsAreRead() throws Exception {
        Path file = folder.resolve("mail.log.1.gz");
        try (var out =
                new OutputStreamWriter(new GZIPOutputStream(Files.newOutputStream(file)), StandardCharsets.UTF_8)) {
            out.write(DOVECOT);
        }
        assertThat(new LedgerImport(NOW, ZoneOffset.UTC, Map.of())
                        .read(file, Form.AUTO)
                        .used())
                .isEqualTo(7);
    }

    @Test
    void clientsAreShortAndHarmless() {
        assertThat(ClientName.of("Thunderbird", "128.5.2esr")).isEqualTo("Thunderbird 128.5");
        assertThat(ClientName.of("iPhone Mail", "21F90")).isEqualTo("iPhone Mail 21");
        assertThat(ClientName.of("=HYPERLINK(\"http://x\")", "")).isEqualTo("HYPERLINK http //x");
        assertThat(ClientName.of("\u0007\n", "1")).isEmpty();
        assertThat(ClientName.of("x".repeat(500), "")).hasSize(40);
    }
}
