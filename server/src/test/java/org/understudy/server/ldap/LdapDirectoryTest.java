package org.understudy.server.ldap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.account.Directory.Checked;
import org.understudy.server.account.Directory.Found;
import org.understudy.server.config.LdapSettings;
import org.understudy.server.tls.SelfSigned;
import org.understudy.storage.OperatorException;

@Timeout(60)
class LdapDirectoryTest {
    private static final String PASSWORD = TestDirectory.PASSWORD;

    @TempDir
    private Path folder;

    private TestDirectory server;
    private long now;

    @BeforeEach
    void start() throws Exception {
        server = TestDirectory.start(folder)
                .with("anna", "mail: Anna@example.org", "mail: a.smith@example.org", "mailQuota: 5000000")
                .with("bert", "mail: bert@example.org", "mailQuota: 2 GiB")
                .with("a*b")
                .with("Zoë");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private String ldaps() {
        return "ldaps://localhost:" + server.ldaps();
    }

    private LdapSettings settings(@Nullable Path ca, String template, String filter, String... servers) {
        return new LdapSettings(
                List.of(servers).stream().map(URI::create).toList(),
                true,
                ca,
                TestDirectory.SERVICE,
                folder.resolve("ldap.password"),
                TestDirectory.BASE,
                filter,
                filter.replace("(uid={user})", "(|(uid={user})(mailAlternateAddress={user}))"),
                template,
                "uid",
                "mail",
                "mailQuota",
                2,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                true);
    }

    private LdapDirectory open(String... servers) {
        return LdapDirectory.of(
                settings(folder.resolve("ldap-ca.pem"), "", "(|(uid={user})(mail={user}))", servers), () -> now);
    }

    private LdapDirectory direct() {
        return LdapDirectory.of(
                settings(
                        folder.resolve("ldap-ca.pem"),
                        "uid={user},ou=people," + TestDirectory.BASE,
                        "(uid={user})",
                        ldaps()),
                () -> now);
    }

    private static void assertRight(LdapDirectory directory, String user, String name) {
        assertThat(directory.check(user, PASSWORD))
                .isInstanceOfSatisfying(
                        Checked.Right.class,
                        right -> assertThat(right.entry().name()).isEqualTo(name));
    }

    @Test
    void searchesThenBindsAsTheEntryThatWasFound() {
        try (LdapDirectory directory = open(ldaps())) {
            assertRight(directory, "anna", "anna");
            assertRight(directory, "a.smith@example.org", "anna");
            assertThat(directory.check("anna", "wrong")).isInstanceOf(Checked.Wrong.class);
            assertThat(directory.check("nobody", PASSWORD)).isInstanceOf(Checked.Wrong.class);
            assertThat(directory.find("anna")).isInstanceOfSatisfying(Found.One.class, one -> {
                assertThat(one.entry().dn()).isEqualTo("uid=anna,ou=people,dc=example,dc=org");
                assertThat(one.entry().addresses()).containsExactly("anna@example.org", "a.smith@example.org");
                assertThat(one.entry().quota()).isEqualTo(OptionalLong.of(5_000_000));
            });
            assertThat(directory.find("bert"))
                    .isInstanceOfSatisfying(
                            Found.One.class,
                            one -> assertThat(one.entry().quota()).isEqualTo(OptionalLong.of(2L << 30)));
            assertThat(directory.find("nobody")).isInstanceOf(Found.None.class);
            assertThat(directory.status().right()).isEqualTo(2);
            assertThat(directory.status().wrong()).isEqualTo(2);
        }
    }

    @Test
    void bindsDirectlyAndReadsTheOwnEntry() {
        try (LdapDirectory directory = direct()) {
            assertRight(directory, "anna", "anna");
            assertRight(directory, "zoë", "zoë");
            assertThat(directory.check("anna", "wrong")).isInstanceOf(Checked.Wrong.class);
            assertThat(directory.check("nobody", PASSWORD)).isInstanceOf(Checked.Wrong.class);
            assertThat(directory.find("anna")).isInstanceOf(Found.One.class);
            assertThat(directory.find("nobody")).isInstanceOf(Found.None.class);
        }
    }

    @Test
    void namesThatAreFiltersOrPathsFindNobody() {
        List<String> names = List.of(
                "*",
                "a*",
                "anna)(uid=*",
                "*)(objectClass=*",
                "anna))(|(uid=*",
                "\\2a",
                "anna\0",
                "anna,ou=people",
                "anna,ou=people,dc=example,dc=org",
                "anna+cn=anna",
                "\"anna\"",
                "#616e6e61",
                "anna;",
                "<anna>",
                "",
                " ");
        try (LdapDirectory directory = open(ldaps());
                LdapDirectory byTemplate = direct()) {
            for (String name : names) {
                assertThat(directory.check(name, PASSWORD)).as(name).isInstanceOf(Checked.Wrong.class);
                assertThat(byTemplate.check(name, PASSWORD)).as(name).isInstanceOf(Checked.Wrong.class);
            }
        }
    }

    @Test
    void emptyPasswordIsWrongWithoutAsking() {
        server.away();
        try (LdapDirectory directory = open(ldaps());
                LdapDirectory byTemplate = direct()) {
            assertThat(directory.check("anna", "")).isInstanceOf(Checked.Wrong.class);
            assertThat(byTemplate.check("anna", "")).isInstanceOf(Checked.Wrong.class);
        }
    }

    @Test
    void nameOfTwoEntriesIsNobodys() throws Exception {
        server.with("anna2", "mail: a.smith@example.org");
        try (LdapDirectory directory = open(ldaps())) {
            assertThat(directory.check("a.smith@example.org", PASSWORD)).isInstanceOf(Checked.Wrong.class);
            assertRight(directory, "anna2", "anna2");
            assertRight(directory, "anna", "anna");
        }
    }

    @Test
    void startTlsEncryptsBeforeAnyPassword() {
        try (LdapDirectory directory = open("ldap://localhost:" + server.ldap())) {
            assertRight(directory, "anna", "anna");
        }
    }

    @Test
    void serverThatCannotProveItsNameIsNotTold() throws Exception {
        TestDirectory.publish(
                SelfSigned.readOrCreate(
                        folder.resolve("other-key.pem"), List.of(), Clock.systemUTC(), new SecureRandom()),
                folder.resolve("other.pem"));
        for (String server : List.of("ldaps://localhost:" + server.ldaps(), "ldap://localhost:" + server.ldap())) {
            for (Path ca : new Path[] {folder.resolve("other.pem"), null}) {
                try (LdapDirectory directory = LdapDirectory.of(settings(ca, "", "(uid={user})", server), () -> now)) {
                    assertThat(directory.check("anna", PASSWORD))
                            .as(server + " " + ca)
                            .isInstanceOf(Checked.Away.class);
                }
            }
        }
    }

    /** The certificate is for localhost, 127.0.0.1 and ::1. */
    @Test
    void certificateForAnotherHostIsRefused() {
        for (String address : List.of("ldaps://127.0.0.2:" + server.ldaps(), "ldap://127.0.0.2:" + server.ldap())) {
            try (LdapDirectory directory = open(address)) {
                assertThat(directory.check("anna", PASSWORD)).as(address).isInstanceOf(Checked.Away.class);
                assertThat(directory.status().problem()).containsIgnoringCase("127.0.0.2");
            }
        }
        try (LdapDirectory directory = open("ldaps://127.0.0.1:" + server.ldaps())) {
            assertRight(directory, "anna", "anna");
        }
    }

    @Test
    void nextServerIsAskedWhereTheFirstIsAway() throws Exception {
        int nobody;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = free.getLocalPort();
        }
        try (LdapDirectory directory = open("ldaps://localhost:" + nobody, ldaps())) {
            assertRight(directory, "anna", "anna");
        }
    }

    @Test
    void directoryThatIsAwayIsNeverAWrongPasswordAndIsAskedAgainLater() throws Exception {
        try (LdapDirectory directory = open(ldaps())) {
            assertRight(directory, "anna", "anna");
            server.away();
            assertThat(directory.check("anna", PASSWORD)).isInstanceOf(Checked.Away.class);
            assertThat(directory.check("anna", "wrong")).isInstanceOf(Checked.Away.class);
            assertThat(directory.find("anna")).isInstanceOf(Found.Away.class);
            assertThat(directory.status().problem()).isNotEmpty();
            assertThat(directory.status().unavailable()).isEqualTo(2);
            server.back();
            assertThat(directory.check("anna", PASSWORD)).as("within the pause").isInstanceOf(Checked.Away.class);
            now += Duration.ofSeconds(3).toNanos();
            assertRight(directory, "anna", "anna");
            assertThat(directory.status().problem()).isEmpty();
        }
    }

    @Test
    void serverThatAcceptsAndNeverAnswersIsAway() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                LdapDirectory directory = open("ldap://localhost:" + silent.getLocalPort())) {
            assertThat(directory.check("anna", PASSWORD)).isInstanceOf(Checked.Away.class);
        }
    }

    @Test
    void wrongPasswordOfTheServiceIsAwayAndNotTheUsersFault() throws Exception {
        TestDirectory.secret(folder.resolve("ldap.password"), "changed");
        try (LdapDirectory directory = open(ldaps())) {
            assertThat(directory.check("anna", PASSWORD)).isInstanceOf(Checked.Away.class);
            assertThat(directory.status().problem()).contains("49");
        }
    }

    @Test
    void baseThatThereIsNoneOfIsAway() {
        LdapSettings given = settings(folder.resolve("ldap-ca.pem"), "", "(uid={user})", ldaps());
        LdapSettings wrong = new LdapSettings(
                given.servers(),
                true,
                given.caFile(),
                given.bindDn(),
                given.bindPasswordFile(),
                "ou=elsewhere,dc=example,dc=org",
                given.filter(),
                given.filter(),
                "",
                "uid",
                "",
                "",
                2,
                given.connectTimeout(),
                given.timeout(),
                true);
        try (LdapDirectory directory = LdapDirectory.of(wrong, () -> now)) {
            assertThat(directory.check("anna", PASSWORD)).isInstanceOf(Checked.Away.class);
        }
    }

    @Test
    void passwordFileThatIsOpenToOthersIsRefused() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("ldap.password"), PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> open(ldaps()))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("is open to every user of this machine");
    }

    @Test
    void fewConnectionsServeManyLogins() throws Exception {
        try (LdapDirectory directory = open(ldaps());
                var threads = Executors.newFixedThreadPool(8)) {
            List<Future<Checked>> all = IntStream.range(0, 80)
                    .mapToObj(i -> threads.submit(() -> directory.check("anna", i % 2 == 0 ? PASSWORD : "wrong")))
                    .toList();
            for (int i = 0; i < all.size(); i++) {
                assertThat(all.get(i).get()).isInstanceOf(i % 2 == 0 ? Checked.Right.class : Checked.Wrong.class);
            }
        }
    }
}
