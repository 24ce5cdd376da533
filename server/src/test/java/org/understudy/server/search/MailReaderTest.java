package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MailReaderTest {
    private static MailText read(String message) {
        return MailReader.read(message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    private static boolean body(String message, String needle) {
        return new Needle(needle).in(read(message).body());
    }

    private static boolean subject(String value, String needle) {
        return new Needle(needle).in(read("Subject: " + value + "\n\n").header().field(Criterion.Field.SUBJECT));
    }

    @Test
    void findsACharacterThatIsCutBetweenTwoEncodedWords() {
        // é is C3 A9; the first word ends with C3.
        assertThat(subject("=?utf-8?B?Y2Fmww==?=\n =?utf-8?B?qSBjbG9zZWQ=?=", "café closed"))
                .isTrue();
    }

    @Test
    void leavesOutBlanksBetweenEncodedWordsAndKeepsOthers() {
        assertThat(subject("=?utf-8?Q?one?=  =?utf-8?Q?two?= three", "onetwo three"))
                .isTrue();
    }

    @Test
    void leavesBrokenEncodedWordsAsTheyStand() {
        assertThat(subject("=?no-such?Q?one?= =?utf-8?X?two?=", "=?no-such?q?one?="))
                .isTrue();
    }

    @Test
    void comparesWithoutRegardToCaseAndComposition() {
        assertThat(subject("ΣΊΣΥΦΟΣ Ünïcödé", "σίσυφος")).isTrue();
        assertThat(subject("Cafe\u0301", "CAFÉ")).isTrue();
        assertThat(subject("ﬁnance", "FINANCE")).isTrue();
    }

    @Test
    void decodesTransferEncodingsAndCharsets() {
        assertThat(body(
                        "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n"
                                + "Gr=FC=\n=DFe und mehr\n",
                        "grüße und"))
                .isTrue();
        assertThat(body(
                        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n8J+YgCBmdW4=\n",
                        "😀 FUN"))
                .isTrue();
    }

    @Test
    void readsHtmlAsItStandsAndAsAReaderDoes() {
        String html =
                "Content-Type: text/html\n\n<html><style>.hidden{}</style><p class=\"attr\">one<b>word</b> caf&eacute;"
                        + "<!-- secret --> 1 &lt; 2</p><td>left</td><td>right</td></html>\n";
        assertThat(body(html, "oneword café")).isTrue();
        assertThat(body(html, "1 < 2")).isTrue();
        assertThat(body(html, "one<b>word</b>")).as("the source").isTrue();
        assertThat(body(html, "leftright")).isFalse();
    }

    @Test
    void searchesPartsAndMessagesWithinAndNoAttachments() {
        String mail = """
            Content-Type: multipart/mixed; boundary=edge

            preamble
            --edge

            first part
            --edge
            Content-Type: message/rfc822

            Subject: the inner subject

            the inner text
            --edge
            Content-Type: application/octet-stream; name=attached.bin

            octets
            --edge--
            epilogue
            """;
        assertThat(body(mail, "first part")).isTrue();
        assertThat(body(mail, "the inner subject")).isFalse();
        assertThat(body(mail, "the inner text")).isTrue();
        assertThat(body(mail, "octets")).isFalse();
        assertThat(body(mail, "attached")).isFalse();
        assertThat(body(mail, "preamble")).isTrue();
        assertThat(body(mail, "epilogue")).isFalse();
    }

    @Test
    void readsAMultipartThatNeverEnds() {
        assertThat(body("Content-Type: multipart/mixed; boundary=edge\n\n--edge\n\ncut off", "cut off"))
                .isTrue();
    }

    @Test
    void takesTheDateAsWritten() {
        assertThat(read("Date: Fri, 1 Mar 2024 23:30:00 -0800\n\n").header().sentDay())
                .isEqualTo((int) java.time.LocalDate.of(2024, 3, 1).toEpochDay());
        assertThat(read("Date: Sat, 2 Mar 2024 00:30:00 +0900 (JST)\n\n")
                        .header()
                        .sentDay())
                .isEqualTo((int) java.time.LocalDate.of(2024, 3, 2).toEpochDay());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "'Re: hello',hello,true",
                "'RE: [list] Fwd: hello (fwd)',hello,true",
                "'[Fwd: hello]',hello,true",
                "'[list] hello',hello,false",
                "'[hello]','[hello]',false",
                "'re[2]: hello  world',hello world,true",
                "'Regarding: hello',Regarding: hello,false",
                "'Re:','',true"
            })
    void takesTheBaseOfASubject(String subject, String base, boolean reply) {
        assertThat(BaseSubject.of(subject)).isEqualTo(new BaseSubject(base, reply));
    }
}
