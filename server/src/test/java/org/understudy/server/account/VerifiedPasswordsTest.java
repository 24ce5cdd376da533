package org.understudy.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;

final class VerifiedPasswordsTest {
    private static final Author TEST = new Author.Housekeeping("test");

    private final AtomicLong now = new AtomicLong(5);
    private final VerifiedPasswords passwords =
            new VerifiedPasswords(Duration.ofMinutes(5), new SecureRandom(), now::get);

    @Test
    void onlyTheSameUserHashAndPasswordAreKnown() {
        passwords.remember("anna", "hash", "rosebud");
        assertThat(passwords.knows("anna", "hash", "rosebud")).isTrue();
        assertThat(passwords.knows("anna", "hash", "rosebue")).isFalse();
        assertThat(passwords.knows("anna", "hash of another password", "rosebud"))
                .isFalse();
        assertThat(passwords.knows("bert", "hash", "rosebud")).isFalse();
        assertThat(passwords.knows("anna", "hashr", "osebud")).isFalse();
    }

    @Test
    void nothingIsKnownWhenItsTimeIsOver() {
        passwords.remember("anna", "hash", "rosebud");
        now.addAndGet(Duration.ofMinutes(5).toNanos() - 1);
        assertThat(passwords.knows("anna", "hash", "rosebud")).isTrue();
        now.addAndGet(1);
        assertThat(passwords.knows("anna", "hash", "rosebud")).isFalse();
    }

    @Test
    void withoutALifeNothingIsRemembered() {
        VerifiedPasswords none = new VerifiedPasswords(Duration.ZERO, new SecureRandom(), now::get);
        none.remember("anna", "hash", "rosebud");
        assertThat(none.knows("anna", "hash", "rosebud")).isFalse();
    }

    @Test
    void aLoginAfterAChangeOfPasswordNeedsTheNewOne(@TempDir Path folder) throws Exception {
        PasswordHash hashes = new PasswordHash(new HashCost(DataSize.ofKibibytes(1024), 1, 1), new SecureRandom());
        try (MailStore store = MailStore.open(folder.resolve("store"), MailStore.Options.defaults())) {
            store.accounts().add("anna", hashes.hash("rosebud".toCharArray()), TEST);
            AccountService service =
                    new AccountService(store.accounts(), hashes, 1, Duration.ofSeconds(20)).remembering(passwords);
            assertThat(service.login("anna", "rosebud")).contains("anna");
            assertThat(service.login("Anna", "rosebud")).contains("anna");
            assertThat(service.login("anna", "xanadu")).isEmpty();
            store.accounts().setPasswordHash("anna", hashes.hash("xanadu".toCharArray()), TEST);
            assertThat(service.login("anna", "rosebud")).isEmpty();
            assertThat(service.login("anna", "xanadu")).contains("anna");
            store.accounts().delete("anna", TEST);
            assertThat(service.login("anna", "xanadu")).isEmpty();
        }
    }

    @Test
    void rememberedLoginsNeedNoPlaceAmongThoseThatAreChecked(@TempDir Path folder) throws Exception {
        PasswordHash hashes = new PasswordHash(new HashCost(DataSize.ofKibibytes(1024), 1, 1), new SecureRandom());
        try (MailStore store = MailStore.open(folder.resolve("store"), MailStore.Options.defaults())) {
            String stored = hashes.hash("rosebud".toCharArray());
            store.accounts().add("anna", stored, TEST);
            passwords.remember("anna", stored, "a password that the hash is not of");
            AccountService service =
                    new AccountService(store.accounts(), hashes, 1, Duration.ofSeconds(20)).remembering(passwords);
            assertThat(service.login("anna", "a password that the hash is not of"))
                    .as("no hash was computed")
                    .contains("anna");
        }
    }
}
