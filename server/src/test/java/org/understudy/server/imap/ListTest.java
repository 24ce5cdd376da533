package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** LIST and what belongs to it, after the examples of RFC 5258 section 5, RFC 6154, RFC 5819 and RFC 8440. */
final class ListTest {
    private StoreServer server;
    private ImapTestClient client;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = StoreServer.start(folder).with("anna");
        client = server.login("anna");
        for (String name : List.of("Drafts", "Sent", "Junk", "Trash", "Archive")) {
            client.ok("DELETE " + name);
            client.ok("UNSUBSCRIBE " + name);
        }
        client.ok("UNSUBSCRIBE INBOX");
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void severalPatternsWithWildcards() throws Exception {
        create("Fruit", "Fruit.Apple", "Fruit.Banana", "Tofu", "Vegetable", "Vegetable.Broccoli");
        assertThat(list("(\"INBOX\" \"Tofu\" \"Fruit.%\")"))
                .containsExactly(
                        "(\\HasNoChildren) \".\" \"INBOX\"",
                        "(\\HasNoChildren) \".\" \"Fruit.Apple\"",
                        "(\\HasNoChildren) \".\" \"Fruit.Banana\"",
                        "(\\HasNoChildren) \".\" \"Tofu\"");
        assertThat(list("inb%")).as("INBOX in any case only as a whole name").isEmpty();
        assertThat(list("inbox")).hasSize(1);
        assertThat(list("(V*)")).hasSize(2);
    }

    @Test
    void subscribedNamesAreListedWhetherTheyExistOrNot() throws Exception {
        create("Fruit", "Fruit.Banana", "Vegetable");
        subscribe("INBOX", "Fruit.Banana", "Peach");
        assertThat(select("SUBSCRIBED", "*"))
                .containsExactly(
                        "(\\HasNoChildren \\Subscribed) \".\" \"INBOX\"",
                        "(\\HasNoChildren \\Subscribed) \".\" \"Fruit.Banana\"",
                        "(\\Subscribed \\NonExistent) \".\" \"Peach\"");
        assertThat(list("* RETURN (SUBSCRIBED CHILDREN)"))
                .contains("(\\HasChildren) \".\" \"Fruit\"", "(\\HasNoChildren \\Subscribed) \".\" \"Fruit.Banana\"")
                .noneMatch(line -> line.contains("Peach"));
    }

    @Test
    void recursiveMatchTellsOfSubscriptionsBelow() throws Exception {
        create("foo2", "foo2.bar1", "foo2.bar2", "baz2.bar2");
        client.ok("DELETE baz2");
        subscribe("foo2.bar1", "foo2.bar2", "baz2.bar22");
        assertThat(select("SUBSCRIBED RECURSIVEMATCH", "%"))
                .containsExactly(
                        "(\\Noselect \\HasChildren \\NonExistent) \".\" \"baz2\" (\"CHILDINFO\" (\"SUBSCRIBED\"))",
                        "(\\HasChildren) \".\" \"foo2\" (\"CHILDINFO\" (\"SUBSCRIBED\"))");
        assertThat(client.status("LIST (RECURSIVEMATCH) \"\" *")).startsWith("BAD ");
        assertThat(client.status("LIST (SUBSCRIBED NONSENSE) \"\" *")).startsWith("BAD ");
        client.ok("NOOP");
    }

    @Test
    void levelsThatAreNoMailboxesAreListedForPercent() throws Exception {
        create("top.middle.leaf");
        client.ok("DELETE top.middle");
        assertThat(list("top.%")).containsExactly("(\\Noselect \\HasChildren \\NonExistent) \".\" \"top.middle\"");
        assertThat(list("top.*")).containsExactly("(\\HasNoChildren) \".\" \"top.middle.leaf\"");
        subscribe("far.below");
        assertThat(lines(client.ok("LSUB \"\" %"), "* LSUB ")).containsExactly("(\\Noselect) \".\" \"far\"");
        assertThat(lines(client.ok("LSUB \"\" *"), "* LSUB ")).containsExactly("() \".\" \"far.below\"");
    }

    @Test
    void statusAndRightsComeWithTheList() throws Exception {
        create("box");
        client.ok("APPEND box {5+}\r\na: b\n");
        List<String> answer = client.ok("LIST \"\" box RETURN (MYRIGHTS STATUS (MESSAGES SIZE UNSEEN))");
        assertThat(answer.subList(0, 3))
                .containsExactly(
                        "* LIST (\\HasNoChildren) \".\" \"box\"",
                        "* MYRIGHTS \"box\" \"aeiklprstwx\"",
                        "* STATUS \"box\" (MESSAGES 1 SIZE 5 UNSEEN 1)");
        assertThat(client.status("STATUS nowhere (MESSAGES)")).startsWith("NO [NONEXISTENT] ");
        assertThat(client.status("STATUS box (MESSAGES COLOUR)")).startsWith("BAD ");
    }

    @Test
    void specialUsesAreGivenListedAndKeptWhenRenamed() throws Exception {
        create("Sent", "MyDrafts (USE (\\Drafts))", "Both (USE (\\Junk \\Trash))");
        assertThat(select("SPECIAL-USE", "*"))
                .containsExactly(
                        "(\\HasNoChildren \\Junk \\Trash) \".\" \"Both\"",
                        "(\\HasNoChildren \\Drafts) \".\" \"MyDrafts\"",
                        "(\\HasNoChildren \\Sent) \".\" \"Sent\"");
        client.ok("RENAME Sent Gesendet");
        client.ok("RENAME MyDrafts Entw&APw-rfe");
        assertThat(list("* RETURN (SPECIAL-USE)"))
                .contains(
                        "(\\HasNoChildren \\Sent) \".\" \"Gesendet\"",
                        "(\\HasNoChildren \\Drafts) \".\" \"Entw&APw-rfe\"");
        assertThat(client.status("CREATE Other (USE (\\Sent))")).startsWith("NO [USEATTR] ");
        assertThat(client.status("CREATE Everything (USE (\\All))")).startsWith("NO [USEATTR] ");
        assertThat(list("(Other Everything)")).isEmpty();
    }

    @Test
    void mailboxesOfANewUserHaveTheirUses() throws Exception {
        server.with("bert");
        try (ImapTestClient fresh = server.login("bert")) {
            assertThat(lines(fresh.ok("LIST (SPECIAL-USE) \"\" *"), "* LIST "))
                    .hasSize(5)
                    .contains("(\\HasNoChildren \\Sent) \".\" \"Sent\"", "(\\HasNoChildren \\Junk) \".\" \"Junk\"");
        }
    }

    @Test
    void renamingInboxMovesItsMessagesAndLeavesWhatIsBelow() throws Exception {
        create("INBOX.sub");
        client.ok("APPEND INBOX {5+}\r\na: b\n");
        client.ok("RENAME INBOX Old.Mail");
        assertThat(client.ok("STATUS INBOX (MESSAGES)").get(0)).isEqualTo("* STATUS \"INBOX\" (MESSAGES 0)");
        assertThat(client.ok("STATUS Old.Mail (MESSAGES)").get(0)).isEqualTo("* STATUS \"Old.Mail\" (MESSAGES 1)");
        assertThat(list("*.*")).anyMatch(line -> line.endsWith("\"INBOX.sub\""));
        assertThat(client.status("DELETE INBOX")).startsWith("NO [CANNOT] ");
        assertThat(client.status("RENAME Old Old.below")).startsWith("NO [CANNOT] ");
        assertThat(client.status("RENAME nowhere else")).startsWith("NO [NONEXISTENT] ");
        assertThat(client.status("CREATE Old")).startsWith("NO [ALREADYEXISTS] ");
    }

    @Test
    void namesAreUtf8OnceThatIsEnabled() throws Exception {
        create("Entw&APw-rfe");
        assertThat(client.ok("ENABLE UTF8=ACCEPT").get(0)).isEqualTo("* ENABLED UTF8=ACCEPT");
        String name = new String("Entwürfe".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        assertThat(list("\"Entw*\"")).containsExactly("(\\HasNoChildren) \".\" \"" + name + "\"");
        client.ok("SELECT \"" + name + "\"");
        client.ok("APPEND \"" + name + "\" UTF8 (~{5+}\r\na: b\n)");
        assertThat(client.ok("STATUS \"" + name + "\" (MESSAGES)").get(0)).endsWith("(MESSAGES 1)");
        assertThat(client.status("SELECT \"\u00ff\"")).startsWith("BAD ");
        client.ok("NOOP");
    }

    @Test
    void brokenNamesAreRefusedEverywhereInWords() throws Exception {
        for (String command : List.of(
                "SELECT \"&foo\"",
                "CREATE &AOQ",
                "LIST \"\" \"&Jjo!\"",
                "LSUB \"\" \"&2AA-\"",
                "STATUS \"&foo\" (MESSAGES)",
                "RENAME INBOX \"&foo\"",
                "SUBSCRIBE \"&foo\"",
                "DELETE \"\u00e4\"")) {
            assertThat(client.status(command)).as(command).startsWith("BAD ").contains("modified UTF-7");
        }
        client.ok("NOOP");
    }

    private void create(String... commands) throws Exception {
        for (String command : commands) {
            client.ok("CREATE " + command);
        }
    }

    private void subscribe(String... names) throws Exception {
        for (String name : names) {
            client.ok("SUBSCRIBE " + name);
        }
    }

    private List<String> list(String pattern) throws Exception {
        return lines(client.ok("LIST \"\" " + pattern), "* LIST ");
    }

    private List<String> select(String options, String pattern) throws Exception {
        return lines(client.ok("LIST (" + options + ") \"\" " + pattern), "* LIST ");
    }

    private static List<String> lines(List<String> answer, String start) {
        return answer.stream()
                .filter(line -> line.startsWith(start))
                .map(line -> line.substring(start.length()))
                .toList();
    }
}
