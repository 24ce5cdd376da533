package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

final class LocalUsersTest {
    @TempDir
    Path folder;

    @Test
    void aFileHoldsOneNameALine() throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "# everybody\nAda\n\n  bert@example.org \r\n");
        assertThat(LocalUsers.read(file)).containsExactly("ada", "bert@example.org");
    }

    @Test
    void anErrorNamesFileAndLine() throws IOException {
        for (String bad : List.of("a b", "@x", "a@", "a@b@c", "a,b", "<a@b>", "x".repeat(300))) {
            Path file = Files.writeString(folder.resolve("users"), "ada\n" + bad + "\n");
            assertThatExceptionOfType(OperatorException.class)
                    .isThrownBy(() -> LocalUsers.read(file))
                    .withMessageContaining(file + ":2: ")
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.USAGE));
        }
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> LocalUsers.read(folder.resolve("none")))
                .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        Path latin = Files.write(folder.resolve("latin"), new byte[] {'J', (byte) 0xF6, '\n'});
        assertThatExceptionOfType(OperatorException.class)
                .isThrownBy(() -> LocalUsers.read(latin))
                .withMessageContaining("UTF-8");
    }

    @Test
    void localPartsMeanUsersUnderTheirOwnDomainsOnly() {
        LocalUsers users = new LocalUsers(List.of("ada", "bert"));
        assertThat(users.others("ada", List.of("bert@example.org")))
                .as("domain not known yet")
                .isEmpty();
        users.learn("ada", List.of("ada@example.org"));
        assertThat(users.others("ada", List.of("bert@example.org"))).containsExactly("bert");
        assertThat(users.others("ada", List.of("bert+x@example.org"))).containsExactly("bert");
        assertThat(users.others("ada", List.of("bert@elsewhere.example"))).isEmpty();
        assertThat(users.others("ada", List.of("bert@example.org", "ada@example.org")))
                .isEmpty();
    }

    @Test
    void usersOfOneLocalPartInTwoDomainsAreTwo() {
        LocalUsers users = new LocalUsers(List.of("ada@one.example", "ada@two.example"));
        assertThat(users.others("ada@one.example", List.of("ada@two.example"))).containsExactly("ada@two.example");
        assertThat(users.others("ada@one.example", List.of("ada@one.example"))).isEmpty();
        assertThat(users.others("ada@one.example", List.of("ada@alias.example")))
                .isEmpty();
    }

    @Test
    void aRenamedUserKeepsHisAddress() {
        LocalUsers users = new LocalUsers(List.of("ada.lovelace", "bert@example.org"));
        users.alias("ada@example.org", "ada.lovelace");
        assertThat(users.others("ada.lovelace", List.of("ada@example.org"))).isEmpty();
        assertThat(users.others("bert@example.org", List.of("ada@example.org"))).containsExactly("ada.lovelace");
    }
}
