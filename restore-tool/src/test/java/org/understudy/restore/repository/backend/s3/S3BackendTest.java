package org.understudy.restore.repository.backend.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.BackendContract;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

public class S3BackendTest extends BackendContract {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");
    private S3Server server;

    private S3Server server() throws Exception {
        if (server == null) {
            server = new S3Server(root);
        }
        return server;
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Backend open() throws Exception {
        return server().open();
    }

    @Override
    protected void flip(String name, long offset) throws Exception {
        try (RandomAccessFile stored = new RandomAccessFile(server().file(name).toFile(), "rw")) {
            stored.seek(offset);
            int was = stored.read();
            stored.seek(offset);
            stored.write(was ^ 1);
        }
    }

    @Override
    protected void cut(String name, long size) throws Exception {
        try (RandomAccessFile stored = new RandomAccessFile(server().file(name).toFile(), "rw")) {
            stored.setLength(size);
        }
    }

    private static void put(Backend backend, byte[] bytes) throws Exception {
        backend.put(objectName(bytes), Payload.of(bytes), Existing.REPLACE, ByteMeter.SILENT);
    }

    @Test
    void anUploadThatWasCutShortGoesOnWhereItEnded() throws Exception {
        byte[] bytes = noise((23 << 20) + 5, 7);
        String name = objectName(bytes);
        server().partsLeft.set(3);
        try (Backend first = open()) {
            Throwable fault = catchThrowable(() -> put(first, bytes));
            assertThat(fault).isInstanceOf(IOException.class).hasMessageContaining("500");
            assertThat(first.size(name)).isEmpty();
        }
        assertThat(server.parts.get()).isEqualTo(3);
        server.partsLeft.set(-1);
        try (Backend second = open()) {
            second.removeLeftovers();
            put(second, bytes);
            assertThat(server.parts.get()).as("parts sent in all, of 5").isEqualTo(5);
            assertThat(second.read(name)).isEqualTo(bytes);
        }
    }

    @Test
    void aPartOfAnotherContentIsSentAgain() throws Exception {
        byte[] bytes = noise((11 << 20) + 5, 7);
        byte[] other = bytes.clone();
        other[100] ^= 1;
        String name = objectName(bytes);
        server().partsLeft.set(2);
        try (Backend first = open()) {
            catchThrowable(() ->
                    first.put(name, failing(other, 10 << 20, new AtomicLong(9)), Existing.REPLACE, ByteMeter.SILENT));
            server.partsLeft.set(-1);
            int before = server.parts.get();
            put(first, bytes);
            assertThat(first.read(name)).isEqualTo(bytes);
            assertThat(server.parts.get() - before)
                    .as("the first part differs, the second may be used")
                    .isEqualTo(2);
        }
    }

    @Test
    void uploadsThatNobodyGoesOnWithAreRemovedAfterAWeek() throws Exception {
        byte[] bytes = noise((11 << 20) + 5, 7);
        server().partsLeft.set(1);
        try (Backend first = open()) {
            catchThrowable(() -> put(first, bytes));
            assertThat(first.removeLeftovers()).isZero();
        }
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
        try (Backend late = server.open(later, S3Server.QUICK)) {
            assertThat(late.removeLeftovers()).isEqualTo(1);
            assertThat(late.removeLeftovers()).isZero();
        }
    }

    @Test
    void aServiceThatIsBusyIsAskedAgain() throws Exception {
        server().throttled.set(3);
        try (Backend backend = open()) {
            byte[] small = noise(100, 1);
            put(backend, small);
            assertThat(server.throttled.get()).isZero();
            assertThat(backend.read(objectName(small))).isEqualTo(small);
            server.throttled.set(2);
            byte[] large = noise(6 << 20, 2);
            put(backend, large);
            assertThat(backend.read(objectName(large))).isEqualTo(large);
            server.throttled.set(1000);
            assertThat(catchThrowable(() -> put(backend, noise(100, 3)))).isInstanceOf(IOException.class);
            assertThat(server.throttled.get())
                    .as("asked more than once, and not for ever")
                    .isBetween(990, 998);
            server.throttled.set(0);
            assertThat(backend.size(objectName(noise(100, 3)))).isEmpty();
        }
    }

    @Test
    void readsEverythingBackWhereTheServiceIsNotTrusted() throws Exception {
        try (Backend backend =
                new S3Backend(server().settings(S3Settings.ReadBack.FULL), Clock.systemUTC(), S3Server.QUICK)) {
            byte[] bytes = noise(11 << 20, 4);
            AtomicLong told = new AtomicLong();
            backend.put(objectName(bytes), Payload.of(bytes), Existing.REPLACE, told::addAndGet);
            assertThat(told.get()).as("sent once and read once").isEqualTo(2L * bytes.length);
        }
    }

    @Test
    void withoutConditionsWritersStepBackFromEachOther() throws Exception {
        server().ignoresConditions = true;
        meet();
    }

    @Test
    void whereConditionsAreRefusedWritersStepBackFromEachOther() throws Exception {
        server().refusesConditions = true;
        meet();
    }

    private void meet() throws Exception {
        try (Backend one = open();
                Backend two = open()) {
            try (WriterLock lock = one.lock("taking a snapshot", NOW)) {
                lock.requireHeld();
                OperatorException busy = (OperatorException) catchThrowable(() -> two.lock("pruning", NOW));
                assertThat(busy.reason()).isEqualTo(Reason.BUSY);
                assertThat(busy).hasMessageContaining("taking a snapshot");
                one.put("format.json", noise(5, 1), Existing.REFUSE);
                assertThat(catchThrowable(() -> one.put("format.json", noise(6, 2), Existing.REFUSE)))
                        .isInstanceOf(FileAlreadyExistsException.class);
                assertThat(one.top()).containsExactly("format.json");
            }
            try (WriterLock lock = two.lock("pruning", NOW)) {
                lock.requireHeld();
            }
        }
    }

    private static S3Tuning lease(Duration time) {
        return new S3Tuning(5 << 20, 3, Duration.ofMillis(5), Duration.ofMillis(20), time, Duration.ofDays(7));
    }

    /** A writer that is gone leaves its lease; the service's clock has whole seconds. */
    @Test
    void aLeaseThatIsNotRenewedIsTakenOver() throws Exception {
        server();
        Files.createDirectories(server.file("lock").getParent());
        Duration short_ = Duration.ofSeconds(3);
        try (Backend gone = server.open(Clock.systemUTC(), lease(short_));
                Backend next = server.open(Clock.systemUTC(), lease(short_))) {
            gone.put(
                    "keys/lease",
                    "taking a snapshot, process 1 on elsewhere, since then\n".getBytes(StandardCharsets.US_ASCII),
                    Existing.REPLACE);
            Files.copy(server.file("keys/lease"), server.file("lock"));
            assertThat(catchThrowable(() -> next.lock("pruning", NOW)))
                    .hasMessageContaining("process 1 on elsewhere")
                    .isInstanceOf(OperatorException.class);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try (WriterLock lock = next.lock("pruning", NOW)) {
                    lock.requireHeld();
                    return true;
                } catch (OperatorException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void aLeaseIsRenewedWhileItsHolderWorks() throws Exception {
        Duration brief = Duration.ofSeconds(3);
        try (Backend one = server().open(Clock.systemUTC(), lease(brief));
                Backend two = server.open(Clock.systemUTC(), lease(brief));
                WriterLock lock = one.lock("taking a snapshot", NOW)) {
            long began = System.nanoTime();
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                assertThat(catchThrowable(() -> two.lock("pruning", NOW))).isInstanceOf(OperatorException.class);
                lock.requireHeld();
                return System.nanoTime() - began > brief.toNanos() * 2;
            });
        }
    }

    @Test
    void aHolderWhoseLeaseWasTakenOverIsTold() throws Exception {
        Duration brief = Duration.ofSeconds(2);
        try (Backend one = server().open(Clock.systemUTC(), lease(brief));
                WriterLock lock = one.lock("taking a snapshot", NOW)) {
            lock.requireHeld();
            one.put("keys/lease", "another\n".getBytes(StandardCharsets.US_ASCII), Existing.REPLACE);
            Files.copy(
                    server.file("keys/lease"),
                    server.file("lock"),
                    StandardCopyOption.COPY_ATTRIBUTES,
                    StandardCopyOption.REPLACE_EXISTING);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(catchThrowable(lock::requireHeld))
                            .isInstanceOf(OperatorException.class)
                            .hasMessageContaining("was lost"));
        }
        assertThat(server.file("lock")).as("another's lease is left alone").hasContent("another");
    }

    private OperatorException refused(S3Settings settings) {
        try (Backend backend = new S3Backend(settings, Clock.systemUTC(), lease(Duration.ofSeconds(9)))) {
            return (OperatorException) catchThrowable(() -> backend.read("format.json"));
        }
    }

    @Test
    void saysWhatIsWrongAndNeverTheSecret() throws Exception {
        S3Settings good = server().settings(S3Settings.ReadBack.CHECKSUM);
        OperatorException bucket = refused(new S3Settings(
                good.endpoint(),
                "us-east-1",
                "nowhere",
                "",
                true,
                good.credentialsFile(),
                null,
                good.readBack(),
                null));
        assertThat(bucket.reason()).isEqualTo(Reason.REPOSITORY);
        assertThat(bucket).hasMessageContaining("there is no bucket nowhere");

        Files.writeString(
                server.credentials,
                "[default]\naws_access_key_id = AKIATESTACCESSKEY\naws_secret_access_key = wrong-one\n");
        OperatorException wrong = refused(good);
        assertThat(wrong.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(wrong).hasStackTraceContaining("SignatureDoesNotMatch");
        assertThat(wrong.getMessage() + wrong.hint())
                .doesNotContain("wrong-one")
                .doesNotContain(S3Server.SECRET);

        Files.writeString(server.credentials, "[other]\naws_access_key_id = a\n");
        OperatorException none = refused(good);
        assertThat(none.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(none.hint()).contains(server.credentials.toString()).contains("[default]");

        Files.setPosixFilePermissions(server.credentials, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refused(good).reason()).isEqualTo(Reason.PERMISSION);
        Files.delete(server.credentials);
        assertThat(refused(good).reason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void saysThatNobodyAnswers() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        S3Settings good = server().settings(S3Settings.ReadBack.CHECKSUM);
        OperatorException gone = refused(new S3Settings(
                URI.create("http://127.0.0.1:" + port),
                "us-east-1",
                "b",
                "",
                true,
                good.credentialsFile(),
                null,
                good.readBack(),
                null));
        assertThat(gone.reason()).isEqualTo(Reason.UNREACHABLE);
        assertThat(gone).hasMessageContaining("127.0.0.1:" + port);
    }
}
