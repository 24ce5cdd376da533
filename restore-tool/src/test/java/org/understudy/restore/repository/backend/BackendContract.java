package org.understudy.restore.repository.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/** What every backend promises, whatever it lies on. */
abstract class BackendContract {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");

    @TempDir
    protected Path root;

    private final List<Backend> opened = new ArrayList<>();
    private Backend backend;

    /** Opens the place, as another process would; the same place each time within one test. */
    protected abstract Backend open() throws Exception;

    /** Changes one stored byte behind the backend's back, at that place of what is stored. */
    protected abstract void flip(String name, long offset) throws Exception;

    /** Cuts what is stored behind the backend's back. */
    protected abstract void cut(String name, long size) throws Exception;

    private Backend again() throws Exception {
        Backend one = open();
        opened.add(one);
        return one;
    }

    @BeforeEach
    void openPlace() throws Exception {
        backend = again();
    }

    @AfterEach
    void closePlaces() throws Exception {
        for (Backend one : opened) {
            one.close();
        }
    }

    static byte[] noise(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static String objectName(byte[] bytes) {
        String sha = Durable.digest(bytes).toString();
        return "objects/" + sha.substring(0, 2) + "/" + sha;
    }

    private void put(String name, byte[] bytes) throws Exception {
        backend.put(name, bytes, Existing.REPLACE);
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(root, "payload", ""), bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1 << 20, (5 << 20) + 3, (11 << 20) + 1})
    void whatWasPutIsRead(int size) throws Exception {
        byte[] bytes = noise(size, size);
        String name = objectName(bytes);
        backend.put(name, Payload.of(file(bytes), Durable.digest(bytes)), Existing.REPLACE, ByteMeter.SILENT);
        assertThat(again().size(name)).hasValue(size);
        assertThat(again().read(name)).isEqualTo(bytes);
        assertThat(again().list("objects/")).containsExactly(new Backend.Entry(name, size));
    }

    @Test
    void readingBeginsWhereItIsAsked() throws Exception {
        byte[] bytes = noise(200_001, 1);
        put("logs/one", bytes);
        for (long from :
                new long[] {0, 1, 65_535, 65_536, 65_537, 131_072, 196_608, 200_000, 200_001, 200_002, 1 << 30}) {
            try (InputStream in = backend.open("logs/one", from)) {
                int at = (int) Math.min(from, bytes.length);
                assertThat(in.readAllBytes())
                        .as("from %d", from)
                        .isEqualTo(Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
    }

    @Test
    void whatIsNotThereIsSaidToBeNotThere() throws Exception {
        assertThat(backend.size("snapshots/none.json")).isEmpty();
        assertThatThrownBy(() -> backend.read("snapshots/none.json")).isInstanceOf(NoSuchFileException.class);
        assertThat(backend.delete("snapshots/none.json")).isFalse();
        assertThat(backend.list("snapshots/")).isEmpty();
        assertThat(backend.list("")).isEmpty();
        assertThat(backend.top()).isEmpty();
    }

    @Test
    void listsByNameWhatLiesInAFolder() throws Exception {
        put("snapshots/b.json", noise(20, 1));
        put("snapshots/a.json", noise(10, 2));
        put("snapshots-of-others/c.json", noise(5, 3));
        put("logs/2026/05/27", noise(70_000, 4));
        put("format.json", noise(3, 5));
        assertThat(backend.list("snapshots/"))
                .containsExactly(new Backend.Entry("snapshots/a.json", 10), new Backend.Entry("snapshots/b.json", 20));
        assertThat(backend.list("logs/")).containsExactly(new Backend.Entry("logs/2026/05/27", 70_000));
        assertThat(backend.list("logs/2026/")).hasSize(1);
        assertThat(backend.list("log/")).isEmpty();
        assertThat(backend.list("").stream().map(Backend.Entry::name))
                .contains("format.json", "snapshots-of-others/c.json")
                .hasSize(5);
        assertThat(backend.top()).containsExactly("format.json", "logs", "snapshots", "snapshots-of-others");
    }

    @Test
    void listsMoreThanOnePageHolds() throws Exception {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 1015; i++) {
            String name = String.format("logs/%05d", i);
            names.add(name);
            put(name, new byte[] {1, 2, 3});
        }
        assertThat(backend.list("logs/").stream().map(Backend.Entry::name)).isEqualTo(names);
    }

    @Test
    void replacesInOneStepOrRefuses() throws Exception {
        put("keys/a.pub", noise(100, 1));
        backend.put("keys/a.pub", noise(50, 2), Existing.REPLACE);
        assertThat(backend.read("keys/a.pub")).isEqualTo(noise(50, 2));
        assertThat(catchThrowable(() -> backend.put("keys/a.pub", noise(10, 3), Existing.REFUSE)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(backend.read("keys/a.pub")).isEqualTo(noise(50, 2));
        backend.put("keys/b.pub", noise(10, 3), Existing.REFUSE);
        assertThat(backend.read("keys/b.pub")).isEqualTo(noise(10, 3));
    }

    @Test
    void readersSeeTheOldBytesOrTheNewOnes() throws Exception {
        byte[] old = noise(150_000, 1);
        byte[] other = noise(90_000, 2);
        put("keys/a", old);
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong reads = new AtomicLong();
        AtomicReference<String> wrong = new AtomicReference<>();
        Backend reading = again();
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!done.get() || reads.get() < 5) {
                try {
                    byte[] read = reading.read("keys/a");
                    if (!Arrays.equals(read, old) && !Arrays.equals(read, other)) {
                        wrong.set(read.length + " bytes that are neither");
                    }
                } catch (IOException | RuntimeException e) {
                    wrong.set(e.toString());
                }
                reads.incrementAndGet();
            }
        });
        for (int i = 0; i < 10; i++) {
            put("keys/a", i % 2 == 0 ? other : old);
        }
        done.set(true);
        reader.join();
        assertThat(wrong.get()).isNull();
    }

    @Test
    void aSourceThatIsNotTheOneAnnouncedIsRefused() throws Exception {
        byte[] bytes = noise(300_000, 1);
        Digest other = Durable.digest(noise(300_000, 2));
        String name = "objects/" + other.toString().substring(0, 2) + "/" + other;
        assertThat(catchThrowable(
                        () -> backend.put(name, Payload.of(file(bytes), other), Existing.REPLACE, ByteMeter.SILENT)))
                .isInstanceOf(ChangedSourceException.class)
                .hasMessageContaining(other.toString());
        assertThat(backend.size(name)).isEmpty();
        assertThat(backend.list("objects/")).isEmpty();
    }

    /** A payload that ends with a fault, as a disk's would, after some bytes, as often as {@code faults} says. */
    static Payload failing(byte[] bytes, int after, AtomicLong faults) {
        return new Payload() {
            @Override
            public long size() {
                return bytes.length;
            }

            @Override
            public Optional<Digest> digest() {
                return Optional.of(Durable.digest(bytes));
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] to, int from, int length) {
                        if (pos >= after && faults.getAndDecrement() > 0) {
                            throw new java.io.UncheckedIOException(new IOException("Input/output error"));
                        }
                        return super.read(to, from, pos < after ? Math.min(length, after - pos) : length);
                    }
                };
            }
        };
    }

    @Test
    void aPutThatStopsLeavesNothingUnderTheNameAndCanBeDoneAgain() throws Exception {
        byte[] bytes = noise((9 << 20) + 17, 1);
        String name = objectName(bytes);
        put("keys/a", noise(10, 2));
        Throwable fault = catchThrowable(() -> backend.put(
                name, failing(bytes, 6 << 20, new AtomicLong(1_000_000)), Existing.REPLACE, ByteMeter.SILENT));
        assertThat(fault).as("the source's fault is not swallowed").hasStackTraceContaining("Input/output error");
        assertThat(catchThrowable(() -> backend.put(
                        "keys/a",
                        failing(noise(90_000, 3), 70_000, new AtomicLong(1_000_000)),
                        Existing.REPLACE,
                        ByteMeter.SILENT)))
                .isNotNull();
        Backend next = again();
        assertThat(next.size(name)).isEmpty();
        assertThat(next.list("objects/")).isEmpty();
        assertThat(next.read("keys/a")).isEqualTo(noise(10, 2));
        try (WriterLock lock = next.lock("going on", NOW)) {
            lock.requireHeld();
            next.removeLeftovers();
            next.put(name, Payload.of(bytes), Existing.REPLACE, ByteMeter.SILENT);
        }
        assertThat(next.read(name)).isEqualTo(bytes);
        assertThat(next.list("objects/")).hasSize(1);
    }

    @Test
    void stopsWhenTheThreadIsInterrupted() throws Exception {
        byte[] bytes = noise(7 << 20, 1);
        String name = objectName(bytes);
        Thread.currentThread().interrupt();
        assertThat(catchThrowable(() -> backend.put(name, Payload.of(bytes), Existing.REPLACE, ByteMeter.SILENT)))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(backend.size(name)).isEmpty();
    }

    @Test
    void tellsTheMeterOfEveryByteAtLeastOnce() throws Exception {
        byte[] bytes = noise(6 << 20, 1);
        AtomicLong told = new AtomicLong();
        backend.put(objectName(bytes), Payload.of(bytes), Existing.REPLACE, told::addAndGet);
        assertThat(told.get()).isBetween((long) bytes.length, 3L * bytes.length);
    }

    @Test
    void twoWritersCannotMeet() throws Exception {
        Backend other = again();
        try (WriterLock lock = backend.lock("taking a snapshot", NOW)) {
            lock.requireHeld();
            OperatorException refused = (OperatorException) catchThrowable(() -> other.lock("pruning", NOW));
            assertThat(refused.reason()).isEqualTo(Reason.BUSY);
            assertThat(refused)
                    .hasMessageContaining("taking a snapshot")
                    .hasMessageContaining("process " + ProcessHandle.current().pid())
                    .hasMessageContaining(NOW.toString());
            assertThat(catchThrowable(() -> backend.lock("pruning", NOW))).isInstanceOf(OperatorException.class);
            lock.requireHeld();
        }
        try (WriterLock lock = other.lock("pruning", NOW)) {
            lock.requireHeld();
            assertThatThrownBy(() -> backend.lock("taking a snapshot", NOW)).hasMessageContaining("pruning");
        }
    }

    @Test
    void oneOfManyWritersThatComeTogetherIsLetIn() throws Exception {
        int writers = 8;
        AtomicLong inside = new AtomicLong();
        AtomicLong most = new AtomicLong();
        AtomicLong entered = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        AtomicReference<Throwable> odd = new AtomicReference<>();
        for (int i = 0; i < writers; i++) {
            Backend own = again();
            threads.add(Thread.ofPlatform().unstarted(() -> {
                for (int turn = 0; turn < 5; turn++) {
                    try (WriterLock lock = own.lock("writing", NOW)) {
                        most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                        lock.requireHeld();
                        entered.incrementAndGet();
                        inside.decrementAndGet();
                    } catch (OperatorException e) {
                        if (e.reason() != Reason.BUSY) {
                            odd.set(e);
                        }
                    } catch (IOException | RuntimeException e) {
                        odd.set(e);
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(odd.get()).isNull();
        assertThat(most.get()).isEqualTo(1);
        assertThat(entered.get()).isPositive();
    }

    @Test
    void theLockIsNotAmongTheFiles() throws Exception {
        try (WriterLock lock = backend.lock("taking a snapshot", NOW)) {
            lock.requireHeld();
            assertThat(backend.list("")).isEmpty();
            assertThat(backend.top()).isEmpty();
        }
        assertThat(backend.list("")).isEmpty();
    }

    @Test
    void whatWasDeletedIsGone() throws Exception {
        put("objects/ab/one", noise(5, 1));
        put("objects/ab/two", noise(5, 2));
        assertThat(backend.delete("objects/ab/one")).isTrue();
        assertThat(again().size("objects/ab/one")).isEmpty();
        assertThat(again().list("objects/")).containsExactly(new Backend.Entry("objects/ab/two", 5));
    }

    static Stream<String> outside() {
        return Stream.of(
                "", "/etc/passwd", "../x", "a/../../x", "a//b", "a/", ".hidden", "a/.hidden", "a b", "a\\b", "a\nb");
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("outside")
    void noNameLeadsOut(String name) {
        assertThat(catchThrowable(() -> backend.read(name))).isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> backend.size(name))).isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> backend.delete(name))).isInstanceOf(IllegalArgumentException.class);
        assertThat(catchThrowable(() -> put(name, new byte[1]))).isInstanceOf(IllegalArgumentException.class);
    }

    /** Whoever reads knows the digest of what should be there: damage is never read as the thing itself. */
    @ParameterizedTest
    @ValueSource(longs = {0, 9, 40, 70_000, 149_999})
    void aFlippedByteIsNeverReadAsWhatWasPut(long at) throws Exception {
        byte[] bytes = noise(150_000, 1);
        String name = objectName(bytes);
        put(name, bytes);
        assertThat(backend.read(name)).isEqualTo(bytes);
        flip(name, at);
        assertNotRead(name, bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 50, 65_536, 149_000})
    void aFileThatWasCutIsNeverReadAsWhatWasPut(long size) throws Exception {
        byte[] bytes = noise(150_000, 1);
        String name = objectName(bytes);
        put(name, bytes);
        cut(name, size);
        assertNotRead(name, bytes);
    }

    private void assertNotRead(String name, byte[] bytes) throws Exception {
        Backend reader = again();
        try (InputStream in = reader.open(name, 0)) {
            assertThat(Durable.digest(in, ByteMeter.SILENT)).isNotEqualTo(Durable.digest(bytes));
        } catch (IOException e) {
            assertThat(e.getMessage()).as("says which file it is").contains(reader.location(name));
        }
    }

    @Test
    void saysWhereItIs() {
        assertThat(backend.location()).isNotBlank();
        assertThat(backend.location("format.json")).contains(backend.location()).contains("format.json");
        assertThat(backend.location()).doesNotContain("\n");
    }
}
