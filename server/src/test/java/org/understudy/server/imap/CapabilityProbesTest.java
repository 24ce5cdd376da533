package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tries each announced capability against the live server: one probe each, which fails when what is announced does not
 * work. Fails too when something is announced that has no probe. To announce something, add a line to {@link Capabilities}
 * and a probe here.
 */
final class CapabilityProbesTest {
    private StoreServer server;

    /** Uses what a capability promises. */
    @FunctionalInterface
    private interface Probe {
        void on(ImapTestClient client) throws Exception;
    }

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = StoreServer.start(folder).with("anna");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Those that a client uses once it is logged in, each in a session of its own. */
    private Map<String, Probe> loggedIn() {
        Map<String, Probe> probes = new LinkedHashMap<>();
        probes.put("IMAP4rev1", client -> client.ok("NOOP"));
        probes.put("ACL", client -> expect(client, "GETACL INBOX", "* ACL \"INBOX\""));
        probes.put("RIGHTS=texk", client -> expect(client, "MYRIGHTS INBOX", "aeiklprstwx"));
        probes.put("APPENDLIMIT=67108864", client -> {
            expect(client, "STATUS INBOX (APPENDLIMIT)", "APPENDLIMIT 67108864");
            assertThat(client.status("APPEND INBOX {67108865}")).startsWith("NO [TOOBIG] ");
        });
        probes.put("BINARY", client -> {
            String message = "Content-Transfer-Encoding: base64\r\n\r\nYQBi\r\n";
            client.ok("APPEND INBOX ~{" + message.length() + "+}\r\n" + message);
            client.ok("SELECT INBOX");
            expect(client, "FETCH 1 BINARY.SIZE[1]", "BINARY.SIZE[1] 3");
            expect(client, "FETCH 1 BINARY.PEEK[1]", "a\0b");
        });
        probes.put("CHILDREN", client -> expect(client, "LIST \"\" INBOX", "\\HasNoChildren"));
        probes.put("COMPRESS=DEFLATE", client -> {
            client.ok("COMPRESS DEFLATE");
            client.startDeflate();
            client.ok("NOOP");
            assertThat(capabilities(client)).doesNotContain("COMPRESS=DEFLATE");
        });
        probes.put("CONDSTORE", client -> {
            message(client);
            expect(client, "FETCH 1 (FLAGS) (CHANGEDSINCE 0)", "MODSEQ (");
            expect(client, "STATUS INBOX (HIGHESTMODSEQ)", "HIGHESTMODSEQ ");
        });
        probes.put("CREATE-SPECIAL-USE", client -> {
            client.ok("CREATE Later (USE (\\Drafts))");
            expect(client, "LIST (SPECIAL-USE) \"\" Later", "\\Drafts");
        });
        probes.put("ENABLE", client -> expect(client, "ENABLE CONDSTORE X-NONE", "* ENABLED CONDSTORE"));
        probes.put("ESEARCH", client -> {
            message(client);
            expect(client, "SEARCH RETURN (MIN COUNT) ALL", "* ESEARCH (TAG");
        });
        probes.put("ESORT", client -> {
            threeMessages(client);
            expect(client, "SORT RETURN (MIN COUNT) (SUBJECT) UTF-8 ALL", "MIN 2 COUNT 3");
        });
        probes.put("I18NLEVEL=1", client -> {
            client.ok("APPEND INBOX {31+}\r\nSubject: =?utf-8?q?=C3=84?=\r\n\r\n");
            client.ok("SELECT INBOX");
            client.send("c SEARCH CHARSET UTF-8 SUBJECT {2+}\r\n");
            client.send(new byte[] {(byte) 0xC3, (byte) 0xA4, '\r', '\n'});
            assertThat(client.until("c")).contains("* SEARCH 1");
        });
        probes.put("SORT", client -> {
            threeMessages(client);
            expect(client, "SORT (SUBJECT) UTF-8 ALL", "* SORT 2 3 1");
        });
        probes.put("SORT=DISPLAY", client -> {
            threeMessages(client);
            expect(client, "SORT (DISPLAYFROM) UTF-8 ALL", "* SORT 3 1 2");
        });
        probes.put("THREAD=ORDEREDSUBJECT", client -> {
            threeMessages(client);
            expect(client, "THREAD ORDEREDSUBJECT UTF-8 ALL", "* THREAD (1)(2)(3)");
        });
        probes.put("THREAD=REFERENCES", client -> {
            threeMessages(client);
            expect(client, "THREAD REFERENCES UTF-8 ALL", "* THREAD (1)(2 3)");
        });
        probes.put("ID", client -> expect(client, "ID (\"name\" \"probe\" \"os\" NIL)", "* ID (\"name\""));
        probes.put("IDLE", client -> {
            client.ok("SELECT INBOX");
            client.send("i IDLE\r\n");
            assertThat(client.line()).startsWith("+ ");
            client.send("DONE\r\n");
            assertThat(client.line()).startsWith("i OK");
        });
        probes.put(
                "LIST-EXTENDED",
                client -> expect(
                        client, "LIST (SUBSCRIBED) \"\" (INBOX \"S%\") RETURN (CHILDREN SUBSCRIBED)", "\\Subscribed"));
        probes.put("LIST-METADATA", client -> {
            client.ok("SETMETADATA INBOX (/private/comment \"mine\")");
            expect(
                    client,
                    "LIST \"\" INBOX RETURN (METADATA (\"/private/comment\" \"/shared/comment\"))",
                    "* METADATA \"INBOX\" (\"/private/comment\" \"mine\" \"/shared/comment\" NIL)");
        });
        probes.put("LIST-MYRIGHTS", client -> expect(client, "LIST \"\" INBOX RETURN (MYRIGHTS)", "* MYRIGHTS "));
        probes.put("LIST-STATUS", client -> expect(client, "LIST \"\" INBOX RETURN (STATUS (UIDNEXT))", "(UIDNEXT "));
        probes.put("LITERAL+", client -> client.ok("STATUS {5+}\r\nINBOX (MESSAGES)"));
        probes.put("METADATA", client -> {
            client.ok("SETMETADATA INBOX (/private/comment \"mine\")");
            expect(client, "GETMETADATA INBOX /private/comment", "\"mine\"");
        });
        probes.put("MOVE", client -> {
            message(client);
            client.ok("MOVE 1 Trash");
            expect(client, "STATUS Trash (MESSAGES)", "(MESSAGES 1)");
        });
        probes.put("MULTIAPPEND", client -> {
            client.ok("APPEND INBOX {5+}\r\na: b\n (\\Seen) {5+}\r\nc: d\n");
            expect(client, "STATUS INBOX (MESSAGES UNSEEN)", "(MESSAGES 2 UNSEEN 1)");
        });
        probes.put("NAMESPACE", client -> expect(client, "NAMESPACE", "* NAMESPACE ((\"\" \".\"))"));
        probes.put("OBJECTID", client -> {
            message(client);
            expect(client, "FETCH 1 (EMAILID THREADID)", "EMAILID (");
            expect(client, "STATUS INBOX (MAILBOXID)", "MAILBOXID (");
        });
        probes.put("QRESYNC", client -> {
            client.ok("ENABLE QRESYNC");
            message(client);
            client.ok("STORE 1 +FLAGS (\\Deleted)");
            expect(client, "EXPUNGE", "* VANISHED ");
        });
        probes.put("QUOTA", client -> expect(client, "GETQUOTAROOT INBOX", "* QUOTAROOT \"INBOX\""));
        probes.put("QUOTA=RES-MESSAGE", this::quota);
        probes.put("QUOTA=RES-STORAGE", this::quota);
        probes.put("REPLACE", client -> {
            message(client);
            client.ok("REPLACE 1 INBOX {5+}\r\na: c\n");
            expect(client, "STATUS INBOX (MESSAGES)", "(MESSAGES 1)");
        });
        probes.put("SAVEDATE", client -> {
            message(client);
            expect(client, "FETCH 1 (SAVEDATE)", "SAVEDATE \"");
        });
        probes.put("SEARCHRES", client -> {
            message(client);
            client.ok("SEARCH RETURN (SAVE) ALL");
            expect(client, "FETCH $ (UID)", "* 1 FETCH (UID ");
        });
        probes.put("SPECIAL-USE", client -> expect(client, "LIST (SPECIAL-USE) \"\" *", "\\Sent"));
        probes.put("STATUS=SIZE", client -> expect(client, "STATUS INBOX (SIZE)", "(SIZE 0)"));
        probes.put("UIDPLUS", client -> {
            message(client);
            assertThat(client.status("COPY 1 Trash")).startsWith("OK [COPYUID ");
            client.ok("STORE 1 +FLAGS (\\Deleted)");
            expect(client, "UID EXPUNGE 1:*", "* 1 EXPUNGE");
        });
        probes.put("UNSELECT", client -> {
            client.ok("SELECT INBOX");
            client.ok("UNSELECT");
            assertThat(client.status("FETCH 1 (UID)")).startsWith("NO ");
        });
        probes.put("UTF8=ACCEPT", client -> {
            expect(client, "ENABLE UTF8=ACCEPT", "* ENABLED UTF8=ACCEPT");
            client.ok("CREATE \"\u00c3\u00a4\"");
            expect(client, "LIST \"\" \"\u00c3\u00a4\"", "\"\u00c3\u00a4\"");
            client.ok("APPEND \"\u00c3\u00a4\" UTF8 (~{5+}\r\na: b\n)");
        });
        probes.put("WITHIN", client -> {
            message(client);
            expect(client, "SEARCH YOUNGER 3600", "* SEARCH 1");
        });
        return probes;
    }

    /** Those that a client uses before it is logged in, over TLS. */
    private Map<String, Probe> beforeLogin() {
        Map<String, Probe> probes = new LinkedHashMap<>();
        String plain = base64("\0anna\0" + StoreServer.PASSWORD);
        probes.put("SASL-IR", client -> client.ok("AUTHENTICATE PLAIN " + plain));
        probes.put("AUTH=PLAIN", client -> {
            client.send("p AUTHENTICATE PLAIN\r\n");
            client.line();
            client.send(plain + "\r\n");
            assertThat(client.line()).startsWith("p OK ");
        });
        probes.put("AUTH=LOGIN", client -> {
            client.send("p AUTHENTICATE LOGIN " + base64("anna") + "\r\n");
            client.line();
            client.send(base64(StoreServer.PASSWORD) + "\r\n");
            assertThat(client.line()).startsWith("p OK ");
        });
        probes.put(
                "AUTH=SCRAM-SHA-256",
                client -> assertThat(new ScramTestClient("anna", StoreServer.PASSWORD, "n,,", new byte[0])
                                .authenticate(client, "SCRAM-SHA-256"))
                        .startsWith("OK "));
        probes.put("AUTH=SCRAM-SHA-256-PLUS", client -> {
            byte[] certificate = MessageDigest.getInstance("SHA-256")
                    .digest(client.certificate().getEncoded());
            assertThat(new ScramTestClient("anna", StoreServer.PASSWORD, "p=tls-server-end-point,,", certificate)
                            .authenticate(client, "SCRAM-SHA-256-PLUS"))
                    .startsWith("OK ");
        });
        return probes;
    }

    @Test
    void whatIsAnnouncedAfterLoginWorksAndNothingElseIsAnnounced() throws Exception {
        Set<String> announced;
        try (ImapTestClient client = server.login("anna")) {
            announced = capabilities(client);
        }
        Map<String, Probe> probes = loggedIn();
        assertThat(probes.keySet()).containsExactlyInAnyOrderElementsOf(announced);
        for (Map.Entry<String, Probe> probe : probes.entrySet()) {
            try (ImapTestClient client = server.login("anna")) {
                tried(probe, client);
                client.ok("SELECT INBOX");
                client.command("UID STORE 1:* +FLAGS.SILENT (\\Deleted)"); // BAD where the probe left no message
                client.ok("EXPUNGE");
            }
        }
    }

    @Test
    void whatIsAnnouncedBeforeLoginWorksAndNothingElseIsAnnounced() throws Exception {
        Map<String, Probe> probes = beforeLogin();
        try (ImapTestClient client = server.connect();
                ImapTestClient logged = server.login("anna")) {
            Set<String> announced = capabilities(client);
            announced.removeAll(loggedIn().keySet());
            assertThat(probes.keySet()).containsExactlyInAnyOrderElementsOf(announced);
            assertThat(capabilities(logged)).doesNotContainAnyElementsOf(probes.keySet());
        }
        for (Map.Entry<String, Probe> probe : probes.entrySet()) {
            try (ImapTestClient client = server.connect()) {
                tried(probe, client);
                client.ok("SELECT INBOX");
            }
        }
    }

    @Test
    void whatIsAnnouncedBeforeTlsLeadsThere() throws Exception {
        try (ImapTestClient client = ImapTestClient.plain(server.imap())) {
            client.line();
            Set<String> announced = capabilities(client);
            announced.removeAll(loggedIn().keySet());
            assertThat(announced).containsExactlyInAnyOrder("STARTTLS", "LOGINDISABLED");
            assertThat(client.status("LOGIN anna " + StoreServer.PASSWORD)).startsWith("NO [PRIVACYREQUIRED] ");
            client.ok("STARTTLS");
            client.startTls(server.imap());
            assertThat(capabilities(client))
                    .contains("AUTH=PLAIN", "SASL-IR")
                    .doesNotContain("STARTTLS", "LOGINDISABLED");
        }
    }

    private static void tried(Map.Entry<String, Probe> probe, ImapTestClient client) {
        try {
            probe.getValue().on(client);
        } catch (Exception | AssertionError e) {
            throw new AssertionError(probe.getKey() + " is announced and does not work", e);
        }
    }

    private void quota(ImapTestClient client) throws Exception {
        expect(client, "GETQUOTAROOT INBOX", "* QUOTAROOT ");
    }

    private static void message(ImapTestClient client) throws Exception {
        client.ok("APPEND INBOX {5+}\r\na: b\n");
        client.ok("SELECT INBOX");
    }

    private static void threeMessages(ImapTestClient client) throws Exception {
        for (String header : List.of(
                "Subject: c\r\nFrom: Bea <z@example.org>\r\n",
                "Subject: a\r\nFrom: Cid <y@example.org>\r\nMessage-ID: <a@example.org>\r\n",
                "Subject: b\r\nFrom: Ada <x@example.org>\r\nReferences: <a@example.org>\r\n")) {
            client.ok("APPEND INBOX {" + (header.length() + 2) + "+}\r\n" + header + "\r\n");
        }
        client.ok("SELECT INBOX");
    }

    private static void expect(ImapTestClient client, String command, String wanted) throws Exception {
        assertThat(String.join("\n", client.ok(command))).as(command).contains(wanted);
    }

    private static Set<String> capabilities(ImapTestClient client) throws Exception {
        List<String> answer = client.ok("CAPABILITY");
        return new TreeSet<>(
                Arrays.asList(answer.get(0).substring("* CAPABILITY ".length()).split(" ")));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
