package org.understudy.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.repository.backend.s3.S3Settings;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.server.config.Configuration.LogLevel;
import org.understudy.server.schedule.StandardJobs;
import org.understudy.server.schedule.Timing;
import org.understudy.server.tls.CertificateFiles;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class ConfigurationReaderTest {
    @TempDir
    Path folder;

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("understudy.conf"), text);
    }

    private String faultsOf(String text) throws IOException {
        Path file = write(text);
        try {
            ConfigurationReader.read(file);
        } catch (OperatorException e) {
            assertThat(e.reason()).isEqualTo(Reason.CONFIG);
            return String.valueOf(e.getMessage()).replace(file.toString(), "FILE");
        }
        throw new AssertionError("this configuration was accepted:\n" + text);
    }

    @Test
    void withoutAFileEverythingIsOnLoopbackAndInTheFolder() {
        Configuration c = ConfigurationReader.defaults(folder);
        assertThat(c.dataFolder()).isEqualTo(folder.resolve("data"));
        assertThat(c.repository().folder()).isEqualTo(folder.resolve("data/repository"));
        assertThat(c.listeners().imaps()).isEqualTo(new Configuration.Listener(true, "127.0.0.1", 9993));
        assertThat(c.listeners().imap()).isEqualTo(new Configuration.Listener(true, "127.0.0.1", 9143));
        assertThat(c.tls().standard()).isNull();
        assertThat(c.accounts().hash().memory()).isEqualTo(DataSize.ofKibibytes(19_456));
        assertThat(c.admin()).isEqualTo(new Configuration.Admin("127.0.0.1", 0));
    }

    @Test
    void theShippedFileShowsEveryKeyAndItsDefaults() throws IOException {
        Path shipped = Path.of(System.getProperty("understudy.root", "..")).resolve("conf/understudy.conf");
        Configuration c = ConfigurationReader.read(shipped);
        assertThat(c.dataFolder()).isEqualTo(Path.of("/var/lib/understudy"));
        assertThat(c.listeners().imaps().port()).isEqualTo(993);
        Configuration defaults = ConfigurationReader.defaults(folder);
        assertThat(c.limits()).isEqualTo(defaults.limits());
        assertThat(c.memory()).isEqualTo(defaults.memory());
        assertThat(c.accounts()).isEqualTo(defaults.accounts());
        assertThat(c.admin()).isEqualTo(defaults.admin());
        assertThat(c.logging()).isEqualTo(defaults.logging());
        assertThat(c.roles()).isEqualTo(defaults.roles());
        assertThat(c.restore()).isEqualTo(defaults.restore());
        assertThat(c.archive()).isEqualTo(defaults.archive());
        assertThat(c.shadows()).isEqualTo(defaults.shadows());
        assertThat(c.routine().alerts()).isEqualTo(defaults.routine().alerts());
        assertThat(c.routine().plan().drillUsers())
                .isEqualTo(defaults.routine().plan().drillUsers());
        assertThat(defaults.routine().plan().snapshot()).isEqualTo(new Timing.Never());
        assertThat(c.routine().plan().snapshot().text()).isEqualTo("every 6 h");
        assertThat(c.routine().plan().drill().text()).isEqualTo("weekly sunday 04:00");
        String text = Files.readString(shipped);
        for (var component : StandardJobs.Plan.class.getRecordComponents()) {
            String key = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
            assertThat(text).containsPattern("(?m)^  " + key + " = ");
        }
        for (Class<?> section : new Class<?>[] {
            Configuration.Listener.class, Configuration.Limits.class, Configuration.HashCost.class,
            CertificateFiles.Pem.class, Configuration.Admin.class, Configuration.Logging.class,
            Configuration.Roles.class, Configuration.Restore.class, Configuration.Shadows.class
        }) {
            for (var component : section.getRecordComponents()) {
                String key = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
                assertThat(text).containsPattern("(?m)\\b" + key + " = ");
            }
        }
    }

    @Test
    void theStoresMemoryGoesByTheMachines() {
        assertThat(List.of(
                        Configuration.Memory.standard(0),
                        Configuration.Memory.standard(985),
                        Configuration.Memory.standard(1_900),
                        Configuration.Memory.standard(24_105),
                        Configuration.Memory.standard(512_000)))
                .containsExactly(
                        DataSize.ofMebibytes(256),
                        DataSize.ofMebibytes(96),
                        DataSize.ofMebibytes(256),
                        DataSize.ofMebibytes(753),
                        DataSize.ofMebibytes(1_024));
    }

    @Test
    void retentionKeepsEverythingUnlessItIsToldOtherwise() throws IOException {
        assertThat(ConfigurationReader.defaults(folder).retention().keepsAll()).isTrue();
        assertThat(ConfigurationReader.read(write("retention { keep-last = 3, keep-monthly = 12 }"))
                        .retention())
                .isEqualTo(new RetentionRules(3, 0, 0, 0, 12, 0));
        assertThat(faultsOf("retention { keep-last = -1, keep-dayly = 7 }"))
                .contains("retention.keep-last: expected a whole number from 0")
                .contains("retention.keep-dayly: unknown key; did you mean 'keep-daily'?");
    }

    @Test
    void allFaultsAreReportedTogetherInOrderOfLines() throws IOException {
        assertThat(faultsOf("""
                        data-foldr = /srv/mail
                        listeners {
                          imaps { prot = 993 }
                          imap { port = 70000, enabled = maybe }
                        }
                        limits {
                          literal = 64
                          idle-timeout = 5 min
                          login-timeout = soon
                        }
                        logging.level = loud
                        admin.host = 0.0.0.0
                        tls { hosts = [ { name = a.example, certificate = a.crt } ] }
                        memory = big
                        """)).isEqualTo("""
                        the configuration has 11 faults:
                          FILE:1: data-foldr: unknown key; did you mean 'data-folder'?
                          FILE:3: listeners.imaps.prot: unknown key; did you mean 'port'?
                          FILE:4: listeners.imap.enabled: expected true or false, found "maybe"
                          FILE:4: listeners.imap.port: expected a whole number from 0 to 65535, found 70000
                          FILE:7: limits.literal: expected a size from 1 MiB to 1 GiB, with its unit, found 64
                          FILE:8: limits.idle-timeout: expected a time of at least 1800 s, with its unit (s, min, h or d), found "5 min"
                          FILE:9: limits.login-timeout: expected a time of at least 1 s, with its unit (s, min, h or d), found "soon"
                          FILE:11: logging.level: expected one of error, warn, info, debug, trace, found "loud"
                          FILE:12: admin.host: expected a loopback address such as 127.0.0.1 or ::1, found "0.0.0.0"; for other machines there is admin.tls
                          FILE:13: tls.hosts[0].certificate: needs a key beside it
                          FILE:14: memory: expected a section in braces, found "big\"""");
    }

    @Test
    void timesThatAreNoneAreNamedWithWhatTheyCouldBe() throws IOException {
        assertThat(faultsOf("""
                schedule {
                  snapshot = hourly
                  drill = "weekly sunday 04:00"
                  zone = Mars/Olympus
                }
                alerts { drill-age = 5 }
                """))
                .contains("schedule.snapshot: expected \"never\"")
                .contains("found \"hourly\"")
                .contains("schedule.zone: expected a time zone")
                .contains("alerts.drill-age: expected a time")
                .doesNotContain("schedule.drill");
    }

    @Test
    void aKeyThatResemblesNoneIsAnsweredWithThoseThatThereAre() throws IOException {
        assertThat(faultsOf("admin { colour = blue }"))
                .isEqualTo(
                        "the configuration has a fault:\n  FILE:1: admin.colour: unknown key; known here: host, port, socket");
    }

    @Test
    void brokenSyntaxIsReportedWithItsLine() throws IOException {
        assertThat(faultsOf("admin {\n  host = 127.0.0.1\n  port = ]\n}\n"))
                .startsWith("the configuration has a fault:\n  FILE:3: ");
    }

    @Test
    void relativePathsAreMeantFromTheFile() throws IOException {
        Configuration c = ConfigurationReader.read(write("""
                data-folder = mail
                repository-folder = ../backup
                tls { certificate = tls/a.crt, key = tls/a.key }
                limits.idle-timeout = 45 minutes
                memory.store = 1.5 GiB
                logging.level = debug
                """));
        assertThat(c.dataFolder()).isEqualTo(folder.resolve("mail"));
        assertThat(c.repository().folder()).isEqualTo(folder.resolveSibling("backup"));
        assertThat(c.tls().standard())
                .isEqualTo(new CertificateFiles.Pem(folder.resolve("tls/a.crt"), folder.resolve("tls/a.key"), null));
        assertThat(c.limits().idleTimeout()).isEqualTo(Duration.ofMinutes(45));
        assertThat(c.memory().store()).isEqualTo(DataSize.ofMebibytes(1536));
        assertThat(c.logging().level()).isEqualTo(LogLevel.DEBUG);
    }

    @Test
    void rolesAreListsOfUsersInLowerCase() throws IOException {
        Configuration c = ConfigurationReader.read(write("""
                roles { engineers = [ Erik, "ops@Example.org" ], approvers = [anna, bruno] }
                restore.approvals = 2
                """));
        assertThat(c.roles().engineers()).containsExactly("erik", "ops@example.org");
        assertThat(c.roles().approvers()).containsExactly("anna", "bruno");
        assertThat(c.restore().approvals()).isEqualTo(2);
        Configuration defaults = ConfigurationReader.defaults(folder);
        assertThat(defaults.roles().engineers()).isEmpty();
        assertThat(defaults.roles().approvers()).isEmpty();
        assertThat(defaults.restore().approvals()).isEqualTo(1);
        assertThat(c.withDataFolder(Path.of("/srv/x")).roles()).isEqualTo(c.roles());
        assertThat(c.withDataFolder(Path.of("/srv/x")).restore()).isEqualTo(c.restore());
    }

    @Test
    void rolesThatCannotBeAreNamedWithTheirPlace() throws IOException {
        assertThat(faultsOf("""
                        roles {
                          engineers = erik
                          approvers = [
                            anna
                            Anna
                            "an na"
                            { name = bruno }
                          ]
                          aprovers = []
                        }
                        restore.approvals = 3
                        """)).isEqualTo("""
                        the configuration has 6 faults:
                          FILE:2: roles.engineers: expected a list of user names in square brackets, found "erik"
                          FILE:5: roles.approvers[1]: 'anna' stands in the list twice
                          FILE:6: roles.approvers[2]: expected the name of a user, without spaces, found "an na"
                          FILE:7: roles.approvers[3]: expected the name of a user, without spaces, found a section
                          FILE:9: roles.aprovers: unknown key; did you mean 'approvers'?
                          FILE:11: restore.approvals: expected a whole number from 1 to 2, found 3""");
    }

    @Test
    void twoApprovalsNeedTwoApprovers() throws IOException {
        assertThat(faultsOf("roles.approvers = [anna]\nrestore.approvals = 2\n"))
                .isEqualTo("""
                        the configuration has a fault:
                          FILE:2: restore.approvals: is 2, and roles.approvers names 1: no plan could ever be approved; \
                        name more persons, or none""");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThatThrownBy(() -> ConfigurationReader.read(folder.resolve("none.conf")))
                .isInstanceOf(OperatorException.class)
                .hasMessage(folder.resolve("none.conf") + ": no such configuration file");
    }

    @Test
    void aRepositoryIsInABucketAndEncryptedIfSaidSo() throws IOException {
        Configuration c = ConfigurationReader.read(write("""
                repository {
                  s3 {
                    bucket = mail-backups, prefix = a/b, endpoint = "https://s3.example.net:9000", path-style = yes
                    region = eu-central-1, credentials-file = s3-credentials, profile = backup, read-back = full
                    object-lock { mode = compliance, keep = 90 d }
                  }
                  encryption.key-file = repository.key
                }
                """));
        assertThat(c.repository().folder()).isNull();
        assertThat(c.repository().keyFile()).isEqualTo(folder.resolve("repository.key"));
        assertThat(c.repository().bucket())
                .isEqualTo(new S3Settings(
                        URI.create("https://s3.example.net:9000"),
                        "eu-central-1",
                        "mail-backups",
                        "a/b/",
                        true,
                        folder.resolve("s3-credentials"),
                        "backup",
                        S3Settings.ReadBack.FULL,
                        new S3Settings.Retention(S3Settings.Retention.Mode.COMPLIANCE, Duration.ofDays(90))));
        assertThat(c.withDataFolder(Path.of("/srv/x")).repository()).isEqualTo(c.repository());
        assertThat(ConfigurationReader.read(write("repository.folder = r\n")).repository())
                .isEqualTo(RepositorySettings.in(folder.resolve("r")));
        assertThat(ConfigurationReader.read(write("repository.s3.bucket = abc\n"))
                        .repository()
                        .bucket())
                .isEqualTo(new S3Settings(
                        null, "us-east-1", "abc", "", false, null, null, S3Settings.ReadBack.CHECKSUM, null));
    }

    @Test
    void aRepositoryThatCannotBeIsNamedWithItsPlace() throws IOException {
        assertThat(faultsOf("""
                        repository-folder = a
                        repository {
                          s3 {
                            bucket = "A B"
                            endpoint = "https://me:secret@s3.example.net"
                            prefix = "../up"
                            read-back = never
                            object-lock.mode = forever
                          }
                        }
                        """)).isEqualTo("""
                        the configuration has 6 faults:
                          FILE:1: repository-folder: stands beside repository.s3; there is one repository, name it once
                          FILE:4: repository.s3.bucket: expected the name of a bucket, 3 to 63 of a-z, 0-9, '-' and '.'
                          FILE:5: repository.s3.endpoint: expected https://HOST or https://HOST:PORT, without path, user \
                        or password
                          FILE:6: repository.s3.prefix: expected folders of letters, digits, '.', '_' and '-', divided by '/'
                          FILE:7: repository.s3.read-back: expected one of checksum, full, found "never"
                          FILE:8: repository.s3.object-lock.mode: expected one of none, governance, compliance, found \
                        "forever\"""");
        assertThat(faultsOf("repository { folder = r, encryption.key-file = r/key }\n"))
                .isEqualTo("""
                        the configuration has a fault:
                          FILE:1: repository.encryption.key-file: lies in the repository that it locks; keep it \
                        elsewhere""");
        assertThat(faultsOf("repository { folder = r, s3.bucket = abc }\n"))
                .contains("repository.folder: stands beside repository.s3");
        assertThat(faultsOf("repository.s3.region = x\n")).contains("repository.s3: needs a bucket");
    }

    @Test
    void aRepositoryWithinTheDataFolderMovesAlong() {
        Configuration c = ConfigurationReader.defaults(folder).withDataFolder(Path.of("/srv/x"));
        assertThat(c.repository().folder()).isEqualTo(Path.of("/srv/x/repository"));
    }
}
