package org.understudy.restore.merge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.storage.BodySegment;
import org.understudy.storage.BodySegmentWriter;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** Which tables are taken for the files that validation read. */
class TablesBackTest {
    @TempDir
    Path folder;

    private MailStore live;
    private final ExecutorService readers = Executors.newFixedThreadPool(2);

    @BeforeEach
    void open() {
        live = MailStore.open(folder.resolve("store"), MailStore.Options.defaults());
    }

    @AfterEach
    void close() {
        readers.shutdownNow();
        live.close();
    }

    @Test
    void aTableWithTheSumOfItsFileHoldsItsBodiesAndNoOthers() throws Exception {
        Instant before = Instant.EPOCH;
        SegmentFile one = segment("one.sst", 10, 40);
        SegmentFile two = segment("two.sst", 60, 40);
        adopt(one, two);
        TablesBack alone = reading(0, before, one, two);
        assertThat(List.of(held(alone, 10), held(alone, 49), held(alone, 60), held(alone, 99)))
                .containsOnly(true);
        assertThat(List.of(held(alone, 9), held(alone, 50), held(alone, 59), held(alone, 100)))
                .containsOnly(false);
        TablesBack besideUsers = reading(1 << 30, before, one);
        assertThat(held(besideUsers, 10)).isTrue();
        assertThat(held(besideUsers, 60)).as("nobody asked for its table").isFalse();
    }

    @Test
    void aFileThatHasChangedSinceIsNotBelieved() throws Exception {
        SegmentFile one = segment("one.sst", 10, 40);
        Path file = folder.resolve(one.name());
        byte[] octets = Files.readAllBytes(file);
        octets[octets.length / 3] ^= 1;
        Files.write(file, octets);
        adopt(one);
        assertThat(held(reading(0, Instant.EPOCH, one), 10)).isFalse();
        assertThat(held(reading(1 << 30, Instant.EPOCH, one), 10)).isFalse();
    }

    @Test
    void noSumAnEarlierReadingOrAnotherTableOverTheSameBodiesIsNotBelieved() throws Exception {
        SegmentFile one = segment("one.sst", 10, 40);
        adopt(one);
        SegmentFile unvalidated = new SegmentFile(one.name(), one.first(), one.last(), one.bodies(), one.bytes(), null);
        assertThat(held(reading(0, Instant.EPOCH, unvalidated), 10)).isFalse();
        assertThat(held(reading(0, Instant.EPOCH, one), 10)).isTrue();
        Instant later = Instant.now().plusSeconds(60);
        assertThat(held(reading(0, later, one), 10)).isFalse();
        adopt(segment("over.sst", 20, 1));
        assertThat(held(reading(0, Instant.EPOCH, one), 10))
                .as("body 20 lies in another table, too")
                .isFalse();
    }

    private TablesBack reading(long rate, Instant since, SegmentFile... segments) throws InterruptedException {
        // Without a look yet, users count as there: a rate of 0 is nobody's, and any other is theirs.
        TablesBack tables = new TablesBack(new Courtesy(() -> 0, rate), readers);
        tables.begin(live.bodyTables(), List.of(segments), folder, since);
        tables.finish();
        return tables;
    }

    private static boolean held(TablesBack tables, long body) {
        return tables.hold(new BodyId(body));
    }

    private void adopt(SegmentFile... segments) {
        for (SegmentFile one : segments) {
            live.adoptUnread(List.of(one.in(folder)), 1);
        }
    }

    private SegmentFile segment(String name, long first, int bodies) throws Exception {
        Random random = new Random(first);
        Path file = folder.resolve(name);
        try (BodySegmentWriter writer = live.writeSegment(file)) {
            for (int i = 0; i < bodies; i++) {
                byte[] body = new byte[3_000];
                random.nextBytes(body);
                Digest digest = sum(body);
                writer.add(
                        new BodyId(first + i),
                        Content.of(body),
                        digest,
                        digest,
                        new BodySegmentWriter.Origin(new MailboxId(1), i + 1L, 1, Instant.EPOCH, Flags.NONE));
            }
            BodySegment written = writer.finish();
            return new SegmentFile(
                    name, written.first(), written.last(), bodies, written.bytes(), sum(Files.readAllBytes(file)));
        }
    }

    private static Digest sum(byte[] octets) throws Exception {
        return Digest.of(MessageDigest.getInstance("SHA-256").digest(octets));
    }
}
