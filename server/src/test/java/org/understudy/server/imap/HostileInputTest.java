package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are meant to hurt: each is answered NO or BAD, or the connection ends, and others go on. */
final class HostileInputTest {
    private static final String ESCAPE = "&-&=&AGE-&!-&IKw";

    @TempDir
    private Path folder;

    private ImapTestServer server;
    private ImapTestClient bystander;

    @BeforeEach
    void start() throws Exception {
        server = ImapTestServer.start(folder);
        bystander = server.login("bert");
        bystander.ok("SELECT INBOX");
    }

    @AfterEach
    void stop() throws Exception {
        bystander.close();
        server.close();
    }

    /** Sends one command on a connection of its own. @return the tagged reply's status, or "closed" */
    private String answered(String command) throws Exception {
        try (ImapTestClient client = server.login("anna")) {
            client.ok("SELECT INBOX");
            client.send("x " + command + "\r\n");
            List<String> responses = client.until("x");
            String last = responses.get(responses.size() - 1);
            if (last.startsWith("x ")) {
                client.ok("NOOP");
            }
            return last;
        } catch (EOFException | SocketException closed) {
            return "closed";
        } finally {
            bystander.ok("NOOP");
        }
    }

    private void refused(List<String> commands) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (String command : commands) {
            String answer = answered(command);
            if (answer.startsWith("x OK") || answer.contains("[SERVERBUG]")) {
                wrong.add(command.substring(0, Math.min(60, command.length())) + " -> " + answer);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void deepNestingIsRefused() throws Exception {
        int deep = 30_000;
        refused(List.of(
                "SEARCH " + "(".repeat(deep) + "ALL" + ")".repeat(deep),
                "SEARCH " + "NOT ".repeat(deep / 4) + "(",
                "SEARCH " + "OR ".repeat(deep / 3),
                "FETCH 1 " + "(".repeat(deep),
                "FETCH 1 BODY[" + "1.".repeat(deep) + "MIME",
                "STORE 1 FLAGS " + "(".repeat(deep),
                "LIST " + "(".repeat(deep),
                "ID " + "(".repeat(deep)));
    }

    @Test
    void hugeNumbersAreRefused() throws Exception {
        String huge = "9".repeat(5_000);
        refused(List.of(
                "FETCH " + huge + " FLAGS",
                "FETCH 1:" + huge + " FLAGS",
                "UID FETCH " + huge + ":* FLAGS",
                "FETCH 1 BODY[]<" + huge + ".1>",
                "FETCH 1 BODY[]<0." + huge + ">",
                "FETCH 1 BODY[" + huge + "]",
                "SEARCH UID " + huge,
                "STORE 1 (UNCHANGEDSINCE " + huge + ") FLAGS ()",
                "UID FETCH 1:* FLAGS (CHANGEDSINCE " + huge + ")",
                "SELECT INBOX (QRESYNC (" + huge + " " + huge + "))",
                "APPEND INBOX {" + huge + "}",
                "SETQUOTA \"\" (STORAGE " + huge + ")"));
    }

    @Test
    void namesInBrokenModifiedUtf7AreRefusedByEveryCommandThatTakesOne() throws Exception {
        refused(List.of(
                "CREATE " + ESCAPE,
                "DELETE " + ESCAPE,
                "RENAME INBOX " + ESCAPE,
                "RENAME " + ESCAPE + " a",
                "SELECT " + ESCAPE,
                "EXAMINE " + ESCAPE,
                "STATUS " + ESCAPE + " (MESSAGES)",
                "SUBSCRIBE " + ESCAPE,
                "APPEND " + ESCAPE + " {3+}\r\na:b",
                "COPY 1 " + ESCAPE,
                "MOVE 1 " + ESCAPE,
                "GETACL " + ESCAPE,
                "SETACL " + ESCAPE + " bert lr",
                "GETQUOTAROOT " + ESCAPE,
                "MYRIGHTS " + ESCAPE));
    }

    @Test
    void controlsAndForeignOctetsAreRefused() throws Exception {
        refused(List.of(
                "CREATE a\0b",
                "SELECT \"a\0b\"",
                "CREATE {3+}\r\na\0b",
                "SEARCH SUBJECT \"\0\"",
                "\0\0\0",
                "STORE 1 +FLAGS (a\u00ff\0)",
                "FETCH 1 BODY[HEADER.FIELDS (\0)]",
                "\u001b[2J",
                "LOGIN {3+}\r\n\0\0\0 {3+}\r\n\0\0\0"));
    }

    @Test
    void literalsWithoutEndStopAtTheLimit() throws Exception {
        StringBuilder many = new StringBuilder("SEARCH");
        for (int i = 0; i < 20_000; i++) {
            many.append(" SUBJECT {1+}\r\na");
        }
        assertThat(answered(many.toString())).matches("x (BAD|NO) .*|closed");
        assertThat(answered("SEARCH SUBJECT {4294967296+}\r\n")).doesNotStartWith("x OK");
        assertThat(answered("SEARCH SUBJECT {2147483647}")).startsWith("x NO [TOOBIG]");
    }

    @Test
    void manyClientsThatSendAnOctetNowAndThenHoldUpNobody() throws Exception {
        List<ImapTestClient> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 60; i++) {
                ImapTestClient client = i % 2 == 0 ? server.connect() : server.login("anna");
                slow.add(client);
                client.send("s APPEND INB");
            }
            for (int round = 0; round < 5; round++) {
                for (ImapTestClient client : slow) {
                    client.send("O");
                }
                bystander.ok("NOOP");
                try (ImapTestClient other = server.login("bert")) {
                    other.ok("SELECT INBOX");
                    other.send("a APPEND INBOX {9+}\r\n".getBytes(StandardCharsets.US_ASCII));
                    other.send("Subject:x\r\n");
                    assertThat(other.until("a").getLast()).startsWith("a OK");
                }
            }
        } finally {
            for (ImapTestClient client : slow) {
                client.close();
            }
        }
    }
}
