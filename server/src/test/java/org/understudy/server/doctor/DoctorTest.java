package org.understudy.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.config.RepositoryPlaces;
import org.understudy.server.doctor.Advice.Level;
import org.understudy.server.tls.SelfSigned;

/** The real probes on the host of the tests. */
class DoctorTest {
    private static final Clock CLOCK = Clock.systemUTC();

    @TempDir
    Path folder;

    private Doctor.Report examine(String settings, Clock clock) throws Exception {
        Path file = Files.writeString(folder.resolve("understudy.conf"), settings);
        Configuration configuration = ConfigurationReader.read(file);
        return new Doctor(new LinuxMachine(CLOCK), new FileSyncTrial(), new SocketPortTrial(), clock)
                .examine(
                        configuration,
                        RepositoryPlaces.of(configuration, CLOCK),
                        Optional.empty(),
                        Doctor.JavaProcess.ofThisProcess());
    }

    private static Advice of(Doctor.Report report, String check) {
        return report.advice().stream()
                .filter(one -> one.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError(check + " is not in " + report));
    }

    @Test
    void diskPortsAndOpenFilesOfThisHostAreReallyLookedAt() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/mountinfo")), "needs Linux");
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Doctor.Report report = examine(
                    "data-folder = data\nlisteners { imaps.port = " + holder.getLocalPort() + ", imap.port = 0 }",
                    CLOCK);

            assertThat(of(report, "disk").found())
                    .contains("a durable 4 KiB takes")
                    .contains("MB a second in bulk");
            assertThat(of(report, "fsync").found()).contains("µs");
            assertThat(of(report, "files").found()).contains("this process may open");
            assertThat(of(report, "filesystem").found()).contains(folder.toString());
            assertThat(of(report, "port imap").level()).isEqualTo(Level.OK);
            assertThat(of(report, "port imaps")).satisfies(one -> {
                assertThat(one.level()).isEqualTo(Level.FAIL);
                assertThat(one.found())
                        .contains("(pid " + ProcessHandle.current().pid() + ")");
            });
            assertThat(report.worst()).isEqualTo(Level.FAIL);
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("nothing is left of the trial").containsExactly(folder.resolve("understudy.conf"));
        }
    }

    @Test
    void anExpiredCertificateAndOneForOtherNamesFail() throws Exception {
        Path pem = folder.resolve("own.pem");
        SelfSigned.readOrCreate(pem, List.of("mail.example.org"), CLOCK, new SecureRandom());
        String settings =
                "data-folder = data\nlisteners { imaps.port = 0, imap.port = 0 }\ntls { certificate = own.pem, key = own.pem,"
                        + " hosts = [{ name = imap.example.net, certificate = own.pem, key = own.pem }] }";

        Doctor.Report now = examine(settings, CLOCK);
        assertThat(of(now, "certificate").level()).isEqualTo(Level.OK);
        assertThat(of(now, "certificate imap.example.net").found()).endsWith("not for imap.example.net");

        Clock late = Clock.fixed(CLOCK.instant().plus(SelfSigned.VALIDITY.minus(Duration.ofDays(5))), ZoneOffset.UTC);
        assertThat(of(examine(settings, late), "certificate").level()).isEqualTo(Level.WARN);
        Clock later = Clock.offset(late, Duration.ofDays(10));
        assertThat(of(examine(settings, later), "certificate").found()).endsWith("it has expired");
    }

    @Test
    void aRepositoryBesideTheMailIsWarnedOfAndAKeyWithinItRefused() throws IOException {
        Path repository = Files.createDirectories(folder.resolve("repository"));
        Path key = Files.createFile(repository.resolve("key"));
        Configuration configuration = ConfigurationReader.read(
                Files.writeString(folder.resolve("u.conf"), "data-folder = data\nrepository-folder = repository\n"));
        List<Advice> all = RepositoryChecks.all(
                configuration.dataFolder(),
                Optional.of(repository),
                Optional.of(key),
                RepositoryPlaces.of(configuration, CLOCK).backend(),
                new LinuxMachine(CLOCK));
        assertThat(all)
                .extracting(Advice::check, Advice::level)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("repository disk", Level.WARN),
                        org.assertj.core.groups.Tuple.tuple("repository key", Level.FAIL));
    }
}
