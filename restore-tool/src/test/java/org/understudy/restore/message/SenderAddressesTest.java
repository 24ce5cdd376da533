package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SenderAddressesTest {
    @Test
    void readsFromSenderAndReturnPathAndNothingElse() throws IOException {
        assertThat(of("""
                        Return-Path: <bounce+1@lists.example.net>
                        From: "Anna, of boss@example.com" <Anna@Example.ORG>,
                          team: b@example.org, c@example.org;
                        Sender: list@example.net (the list)
                        Reply-To: other@example.org
                        To: ada@example.org

                        From: inside@example.org
                        """))
                .containsExactly(
                        "anna@example.org",
                        "b@example.org",
                        "bounce+1@lists.example.net",
                        "c@example.org",
                        "list@example.net");
    }

    @Test
    void knowsTheEmptyReturnPath() throws IOException {
        assertThat(of("Return-Path: <>\nFrom: MAILER-DAEMON\n\nx")).contains("<>");
    }

    @Test
    void givesNothingForAMessageWithoutSender() throws IOException {
        assertThat(of("Subject: x\n\nFrom: a@example.org\n")).isEmpty();
        assertThat(of("")).isEmpty();
    }

    private static Iterable<String> of(String text) throws IOException {
        return SenderAddresses.of(
                new ByteArrayInputStream(text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8)));
    }
}
