package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** RFC 5256 section 3. */
final class ThreaderTest {
    private final List<Threader.Message> messages = new ArrayList<>();

    private void message(long uid, String id, String references, String subject) {
        String text = "Message-ID: <" + id + ">\r\nSubject: " + subject + "\r\n"
                + (references.isEmpty() ? "" : "References: " + references + "\r\n") + "\r\n";
        MailHeader header =
                MailReader.readHeader(text.getBytes(StandardCharsets.US_ASCII)).header();
        messages.add(new Threader.Message(uid, uid * 1000, header));
    }

    private static String shape(List<MailThread> threads) {
        StringBuilder out = new StringBuilder();
        threads.forEach(t -> shape(t, out));
        return out.toString();
    }

    private static void shape(MailThread thread, StringBuilder out) {
        out.append('(').append(thread.uid() == 0 ? "" : String.valueOf(thread.uid()));
        thread.children().forEach(child -> shape(child, out));
        out.append(')');
    }

    @Test
    void followsReferencesAlsoThroughMessagesThatAreNotThere() {
        message(1, "a", "", "one");
        message(2, "b", "<a>", "two");
        message(3, "d", "<a> <missing>", "three");
        message(4, "e", "<d>", "four");
        assertThat(shape(Threader.byReferences(messages))).isEqualTo("(1(2)(3(4)))");
    }

    @Test
    void keepsSiblingsOfAMissingParentTogether() {
        message(3, "b", "<gone>", "x");
        message(4, "c", "<gone>", "y");
        assertThat(shape(Threader.byReferences(messages))).isEqualTo("((3)(4))");
    }

    @Test
    void putsRepliesUnderTheMessageOfTheirSubject() {
        message(1, "a", "", "Lunch");
        message(2, "b", "", "Re: Lunch");
        message(3, "c", "", "Re: [list] lunch");
        message(4, "d", "", "Dinner");
        assertThat(shape(Threader.byReferences(messages))).isEqualTo("(1(2)(3))(4)");
    }

    @Test
    void holdsTwoOfOneSubjectTogetherWithoutParent() {
        message(1, "a", "", "Lunch");
        message(2, "b", "", "lunch");
        assertThat(shape(Threader.byReferences(messages))).isEqualTo("((1)(2))");
    }

    @Test
    void breaksCirclesOfReferences() {
        message(1, "a", "<b>", "one");
        message(2, "b", "<a>", "two");
        message(3, "c", "<c>", "three");
        assertThat(shape(Threader.byReferences(messages)))
                .contains("1")
                .contains("2")
                .contains("(3)");
    }

    @Test
    void takesMessagesOfOneIdForSeveral() {
        message(1, "a", "", "one");
        message(2, "a", "", "two");
        message(3, "b", "<a>", "three");
        assertThat(shape(Threader.byReferences(messages))).isEqualTo("(1(3))(2)");
    }

    @Test
    void survivesAVeryLongChain() {
        message(1, "m0", "", "s0");
        for (int i = 1; i < 5_000; i++) {
            message(i + 1, "m" + i, "<m" + (i - 1) + ">", "s" + i);
        }
        assertThat(Threader.byReferences(messages)).hasSize(1);
    }

    @Test
    void ordersSubjectsByTheirFirstMessage() {
        message(5, "a", "", "b");
        message(1, "b", "", "a");
        message(9, "c", "", "Re: b");
        message(7, "d", "", "Fwd: b");
        assertThat(shape(Threader.byOrderedSubject(messages))).isEqualTo("(1)(5(7)(9))");
    }
}
