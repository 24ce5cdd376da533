package org.understudy.server.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.tls.PemFiles;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TlsStatus;

/** Certificates from an authority, renewed in time, and kept when it fails. */
@Timeout(120)
final class AcmeKeeperTest {
    private static final List<String> NAMES = List.of("mail.example", "imap.example");

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final AtomicInteger installed = new AtomicInteger();
    private AuthorityDouble authority;
    private AcmeSettings settings;
    private AcmeKeeper keeper;

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now.get();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };

    @BeforeEach
    void start() throws Exception {
        int port = freePort();
        authority = new AuthorityDouble(port);
        settings = new AcmeSettings(authority.directory(), "postmaster@example.org", "127.0.0.1", port, List.of(NAMES));
        keeper = keeper();
    }

    private AcmeKeeper keeper() {
        return new AcmeKeeper(settings, folder, clock, installed::incrementAndGet);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        keeper.close();
        authority.close();
    }

    private Path file() {
        return settings.file(folder, NAMES);
    }

    private TlsStatus.Ordered status() {
        return keeper.status().getFirst();
    }

    @Test
    void certificateIsOrderedForAllNamesAndKeptForTheOwnerAlone() throws Exception {
        keeper.orderWhatIsDue();
        assertThat(status().problem()).isEmpty();
        ServerCertificate got = PemFiles.read(file(), file());
        assertThat(got.names()).containsExactly("imap.example", "mail.example");
        assertThat(got.chain())
                .hasSize(2)
                .last()
                .isEqualTo(authority.authority().certificate());
        assertThat(authority.asked).containsExactlyInAnyOrderElementsOf(NAMES);
        assertThat(installed).hasValue(1);
        for (Path secret : List.of(file(), file().resolveSibling("account.pem"))) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        keeper.orderWhatIsDue();
        assertThat(installed).as("it is not due again").hasValue(1);
        keeper.close();
        keeper = keeper();
        keeper.orderWhatIsDue();
        assertThat(installed).as("nor after a new start").hasValue(1);
    }

    @Test
    void certificateIsRenewedAfterTwoThirdsOfItsLifeByTheSameAccount() throws Exception {
        keeper.orderWhatIsDue();
        ServerCertificate first = PemFiles.read(file(), file());
        now.set(now.get().plus(Duration.ofDays(59)));
        keeper.orderWhatIsDue();
        assertThat(PemFiles.read(file(), file())).isEqualTo(first);
        now.set(now.get().plus(Duration.ofDays(2)));
        keeper.orderWhatIsDue();
        assertThat(status().problem()).isEmpty();
        ServerCertificate second = PemFiles.read(file(), file());
        assertThat(second.chain()).isNotEqualTo(first.chain());
        assertThat(second.key()).as("a new key each time").isNotEqualTo(first.key());
        assertThat(authority.accounts()).isEqualTo(1);
    }

    @Test
    void failureKeepsTheOldOneIsTriedAgainLaterAndIsTold() throws Exception {
        keeper.orderWhatIsDue();
        byte[] before = Files.readAllBytes(file());
        now.set(now.get().plus(Duration.ofDays(61)));
        authority.refusing = true;
        keeper.orderWhatIsDue();
        assertThat(status().failures()).isEqualTo(1);
        assertThat(status().problem())
                .contains("could not see that the name is this server's")
                .contains("refused");
        assertThat(status().next()).isEqualTo(now.get().plus(Duration.ofMinutes(10)));
        assertThat(Files.readAllBytes(file())).isEqualTo(before);
        int asked = authority.asked.size();
        now.set(now.get().plus(Duration.ofMinutes(9)));
        keeper.orderWhatIsDue();
        assertThat(authority.asked).as("not before its time").hasSize(asked);
        now.set(now.get().plus(Duration.ofMinutes(1)));
        keeper.orderWhatIsDue();
        assertThat(status().failures()).isEqualTo(2);
        assertThat(status().next()).isEqualTo(now.get().plus(Duration.ofMinutes(20)));
        authority.refusing = false;
        now.set(now.get().plus(Duration.ofMinutes(20)));
        keeper.orderWhatIsDue();
        assertThat(status().failures()).isZero();
        assertThat(Files.readAllBytes(file())).isNotEqualTo(before);
    }

    @Test
    void authorityThatIsGoneAndPortThatIsTakenAreTold() throws Exception {
        try (ServerSocket taken = new ServerSocket(settings.port(), 1, InetAddress.getLoopbackAddress())) {
            assertThat(taken.isBound()).isTrue();
            keeper.orderWhatIsDue();
            assertThat(status().problem()).contains("cannot listen on 127.0.0.1:" + settings.port());
        }
        authority.close();
        now.set(now.get().plus(Duration.ofHours(1)));
        keeper.orderWhatIsDue();
        assertThat(status().failures()).isEqualTo(2);
        assertThat(status().problem()).isNotEmpty();
        assertThat(Files.exists(file())).isFalse();
    }
}
