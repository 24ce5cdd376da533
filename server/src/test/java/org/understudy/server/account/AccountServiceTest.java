package org.understudy.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.james.core.Username;
import org.apache.james.mailbox.Authorizator.AuthorizationState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;

class AccountServiceTest {
    private static final Author TEST = new Author.Housekeeping("test");
    private static final PasswordHash CHEAP = hashes(1024);

    @TempDir
    Path folder;

    private MailStore store;

    private static PasswordHash hashes(int kibibytes) {
        return new PasswordHash(new HashCost(DataSize.ofKibibytes(kibibytes), 1, 1), new SecureRandom());
    }

    private AccountService service(PasswordHash hashes) {
        return new AccountService(store.accounts(), hashes, 2, Duration.ofSeconds(20));
    }

    @BeforeEach
    void open() {
        store = MailStore.open(folder.resolve("store"), MailStore.Options.defaults());
        store.accounts().add("anna", CHEAP.hash("rosebud".toCharArray()), TEST);
        store.accounts().add("bert@example.org", CHEAP.hash("xanadu".toCharArray()), TEST);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void onlyTheOwnPasswordOpens() throws Exception {
        AccountService service = service(CHEAP);
        assertThat(service.login("anna", "rosebud")).contains("anna");
        assertThat(service.login("ANNA", "rosebud")).contains("anna");
        assertThat(service.login("anna", "xanadu")).isEmpty();
        assertThat(service.login("bert@example.org", "xanadu")).contains("bert@example.org");
        assertThat(service.login("bert", "xanadu")).isEmpty();
        assertThat(service.login("no such user", "xanadu")).isEmpty();
    }

    @Test
    void loginRenewsAHashOfOldCost() throws Exception {
        PasswordHash dearer = hashes(2048);
        assertThat(service(dearer).login("anna", "wrong")).isEmpty();
        assertThat(dearer.outdated(store.accounts().find("anna").orElseThrow().passwordHash()))
                .isTrue();
        assertThat(service(dearer).login("anna", "rosebud")).contains("anna");
        assertThat(dearer.outdated(store.accounts().find("anna").orElseThrow().passwordHash()))
                .isFalse();
        assertThat(service(dearer).login("anna", "rosebud")).contains("anna");
    }

    @Test
    void anUnknownUserCostsAsMuchAsAWrongPassword() throws Exception {
        PasswordHash dear = hashes(32_768);
        store.accounts().setPasswordHash("anna", dear.hash("rosebud".toCharArray()), TEST);
        AccountService service = service(dear);
        service.login("anna", "warm");
        service.login("nobody", "up");
        long known = nanosOf(service, "anna");
        long unknown = nanosOf(service, "nobody");
        assertThat((double) unknown / known)
                .as("time of an unknown user against a known one")
                .isBetween(0.2, 5.0);
    }

    private static long nanosOf(AccountService service, String user) throws InterruptedException {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            service.login(user, "wrong");
            best = Math.min(best, System.nanoTime() - start);
        }
        return best;
    }

    @Test
    void aLoginWhoseTurnDoesNotComeIsNotJudged() throws Exception {
        PasswordHash slow = hashes(65_536);
        store.accounts().setPasswordHash("anna", slow.hash("rosebud".toCharArray()), TEST);
        AccountService one = new AccountService(store.accounts(), slow, 1, Duration.ofMillis(1));
        CountDownLatch begun = new CountDownLatch(1);
        Thread other = Thread.ofPlatform().start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    one.login("anna", "wrong");
                    begun.countDown();
                } catch (InterruptedException e) {
                    return;
                } catch (LoginStormException e) {
                    begun.countDown();
                }
            }
        });
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 50; i++) {
                        one.login("anna", "rosebud");
                    }
                })
                .isInstanceOf(LoginStormException.class);
        other.interrupt();
        other.join();
        assertThat(one.login("anna", "rosebud")).contains("anna");
    }

    @Test
    void jamesIsAnsweredAlike() throws Exception {
        AccountService service = service(CHEAP);
        assertThat(new StoreAuthenticator(service).isAuthentic(Username.of("Anna"), "rosebud"))
                .isTrue();
        assertThat(new StoreAuthenticator(service).isAuthentic(Username.of("anna"), "rosebuds"))
                .isFalse();
        OwnerOnlyAuthorizator rights = new OwnerOnlyAuthorizator(service);
        Username anna = Username.of("anna");
        assertThat(rights.canLoginAsOtherUser(anna, Username.of("bert@example.org")))
                .isEqualTo(AuthorizationState.FORBIDDEN);
        assertThat(rights.canLoginAsOtherUser(anna, anna)).isEqualTo(AuthorizationState.ALLOWED);
        assertThat(rights.canLoginAsOtherUser(anna, Username.of("nobody"))).isEqualTo(AuthorizationState.UNKNOWN_USER);
    }
}
