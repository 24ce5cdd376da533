package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageLookTest {
    @Test
    void countsTextByLettersAndEverythingElseAsAttachments() {
        MessageLook look = look("""
            From: Joe <JOE@example.org>
            Date: Mon, 5 Feb 2024 10:00:00 +0100
            Content-Type: multipart/mixed; boundary=a

            --a
            Content-Type: multipart/alternative; boundary=b

            --b
            Content-Type: text/plain; charset=utf-8
            Content-Transfer-Encoding: quoted-printable

            Gr=C3=BC=C3=9Fe, 3 of them
            --b
            Content-Type: text/html

            <p class="long name">Gr&uuml;
            --b--
            --a
            Content-Type: text/plain
            Content-Disposition: attachment; filename=x.txt

            attached
            --a
            Content-Type: application/pdf
            Content-Transfer-Encoding: base64

            AQID
            --a
            Content-Type: message/rfc822

            Date: Tue, 6 Feb 2024 10:00:00 +0100

            inner
            --a--
            """);
        assertThat(look.sent()).isEqualTo(Optional.of(Instant.parse("2024-02-05T09:00:00Z")));
        assertThat(look.senders()).isEqualTo(Set.of("joe@example.org"));
        assertThat(look.letters()).as("Grüße3ofthem").isEqualTo(12);
        assertThat(look.attachments()).isEqualTo(3);
        assertThat(look.attachedOctets()).isGreaterThan(8 + 3 + 40);
    }

    @Test
    void readsMessagesWithoutStructure() {
        MessageLook look = look("Subject: x\n\nfour\n");
        assertThat(look).isEqualTo(new MessageLook(Optional.empty(), Set.of(), 4, 0, 0));
        assertThat(look("")).isEqualTo(new MessageLook(Optional.empty(), Set.of(), 0, 0, 0));
    }

    @Test
    void givesUpPartsThatLieTooDeep() {
        StringBuilder deep = new StringBuilder("From: a@b\nDate: Mon, 5 Feb 2024 10:00:00 +0100\n");
        for (int i = 0; i < 1_000; i++) {
            deep.append("Content-Type: multipart/mixed; boundary=b")
                    .append(i)
                    .append("\n\n--b")
                    .append(i)
                    .append('\n');
        }
        assertThat(look(deep.toString()).sent()).isEmpty();
    }

    private static MessageLook look(String message) {
        return MessageLook.of(message.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    }
}
