package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.FlushOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.understudy.storage.birth.Birth;
import org.understudy.storage.birth.Births;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

class BirthsTest {
    private static final int HEAD = 36;
    private static final int RECORD = 84;

    @TempDir
    private Path temp;

    private Path folder;
    private MailStore store;
    private MailboxId inbox;
    private int copies;
    private long seed;

    @BeforeEach
    void makeStore() {
        folder = temp.resolve("store");
        store = StoreKit.open(folder);
        inbox = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                .id();
        append(20);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void append(int count) {
        byte[] noise = new byte[3000];
        Random random = new Random(seed++);
        for (int i = 0; i < count; i++) {
            random.nextBytes(noise);
            store.messages()
                    .append(
                            inbox,
                            List.of(message(
                                    "Subject: x\r\n\r\n" + HexFormat.of().formatHex(noise), Flags.NONE)),
                            ALICE);
        }
    }

    private StoreSnapshot checkpoint() {
        return store.checkpoint(temp.resolve("copy" + copies++));
    }

    private static List<StoreSnapshot.File> tables(StoreSnapshot snapshot) {
        return snapshot.files().stream()
                .filter(file -> file.name().endsWith(".sst"))
                .toList();
    }

    private Path log() {
        return folder.resolve("BIRTHS");
    }

    private void reopen() {
        store.close();
        store = StoreKit.open(folder);
    }

    private static void flip(Path file, long offset) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int was = bytes.read();
            bytes.seek(offset);
            bytes.write(was ^ 1);
        }
    }

    private static void assertKnown(Births.Found found, StoreSnapshot snapshot) throws IOException {
        assertThat(found.unsound()).isEmpty();
        assertThat(found.births().keySet())
                .isEqualTo(
                        tables(snapshot).stream().map(StoreSnapshot.File::name).collect(Collectors.toSet()));
        for (Map.Entry<String, Birth> entry : found.births().entrySet()) {
            byte[] bytes = Files.readAllBytes(snapshot.folder().resolve(entry.getKey()));
            assertThat(entry.getValue().sha256()).as(entry.getKey()).isEqualTo(StoreKit.digest(bytes));
            assertThat(entry.getValue().size()).isEqualTo(bytes.length);
        }
    }

    @Test
    void everyTableIsHashedSoonAfterItIsWrittenWithoutBeingAskedFor() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        int tables = tables(snapshot).size();
        assertThat(tables).isGreaterThan(3);
        await().untilAsserted(() -> assertThat(Files.size(log())).isEqualTo(HEAD + (long) tables * RECORD));
        Births.Found found = store.births(snapshot);
        assertKnown(found, snapshot);
        assertThat(found.births().values()).allSatisfy(birth -> {
            assertThat(birth.evidence()).isEqualTo(Birth.Evidence.PROMPT);
            assertThat(birth.writtenSum()).hasSize(8);
        });
        assertThat(Files.size(log())).as("nothing was hashed twice").isEqualTo(HEAD + (long) tables * RECORD);
    }

    @Test
    void hashesThatWaitForARestAreTakenAfterIt() throws Exception {
        StoreSnapshot before = checkpoint();
        long whole = HEAD + (long) tables(before).size() * RECORD;
        await().untilAsserted(() -> assertThat(Files.size(log())).isEqualTo(whole));
        Births.Rest rest = store.birthsRest();
        append(3);
        StoreSnapshot during = checkpoint();
        assertThat(tables(during)).hasSizeGreaterThan(tables(before).size());
        assertThat(Files.size(log())).as("while it rests").isEqualTo(whole);
        rest.close();
        rest.close();
        await().untilAsserted(() -> assertThat(Files.size(log())).isGreaterThan(whole));
        assertKnown(store.births(during), during);
    }

    @Test
    void hashesOutliveTheProcess() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        Births.Found before = store.births(snapshot);
        reopen();
        assertThat(store.births(snapshot).births()).isEqualTo(before.births());
        append(5);
        StoreSnapshot later = checkpoint();
        assertKnown(store.births(later), later);
    }

    @Test
    void tablesThatNobodyHashedInTimeAreHashedAtTheNextOpeningAgainstWhatWasWritten() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        store.births(snapshot);
        store.close();
        Files.delete(log());
        store = StoreKit.open(folder);
        int tables = tables(snapshot).size();
        await().untilAsserted(
                        () -> assertThat(Files.size(log())).isGreaterThanOrEqualTo(HEAD + (long) tables * RECORD));
        Births.Found found = store.births(snapshot);
        assertKnown(found, snapshot);
        assertThat(found.births().values()).extracting(Birth::evidence).containsOnly(Birth.Evidence.LATE);
    }

    @Test
    void tableThatRottedBeforeItWasHashedGetsNoHashAndIsAFault() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        store.births(snapshot);
        StoreSnapshot.File body = tables(snapshot).stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        store.close();
        Files.delete(log());
        flip(folder.resolve(body.name()), body.size() / 2);
        store = StoreKit.open(folder);
        List<RuntimeException> faults = new CopyOnWriteArrayList<>();
        store.addFaultObserver(faults::add);
        Births.Found found = store.births(snapshot);
        assertThat(found.births())
                .doesNotContainKey(body.name())
                .hasSize(tables(snapshot).size() - 1);
        assertThat(found.unsound()).containsOnlyKeys(body.name());
        assertThat(found.unsound().get(body.name()))
                .contains(body.name(), "reads other than it was written", "CRC-32C");
        // Whether the store's own thread or the call above met it first, a later look does not pass it by.
        assertThat(store.births(snapshot).unsound()).containsOnlyKeys(body.name());
        assertThat(faults)
                .allSatisfy(fault ->
                        assertThat(fault).hasMessageContaining(body.name().substring(3)));
    }

    @Test
    void faultOfATableIsToldToWhoeverWatchesTheStore() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        store.births(snapshot);
        StoreSnapshot.File body = tables(snapshot).stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        store.close();
        Files.delete(log());
        flip(folder.resolve(body.name()), body.size() / 2);
        store = StoreKit.open(folder);
        List<RuntimeException> faults = new CopyOnWriteArrayList<>();
        store.addFaultObserver(faults::add);
        await().untilAsserted(() -> assertThat(faults).isNotEmpty());
        assertThat(faults.getFirst())
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining(body.name().substring(3));
    }

    @Test
    void damagedRecordCostsThatRecordAndATornTailIsCutOff() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        Births.Found before = store.births(snapshot);
        store.close();
        flip(log(), HEAD + RECORD + 30);
        try (RandomAccessFile bytes = new RandomAccessFile(log().toFile(), "rw")) {
            bytes.seek(bytes.length());
            bytes.write(new byte[50]);
        }
        store = StoreKit.open(folder);
        Births.Found after = store.births(snapshot);
        assertKnown(after, snapshot);
        long late = after.births().values().stream()
                .filter(birth -> birth.evidence() == Birth.Evidence.LATE)
                .count();
        assertThat(late).isEqualTo(1);
        assertThat(after.births().values().stream()
                        .filter(before.births()::containsValue)
                        .count())
                .isEqualTo(before.births().size() - 1L);
        assertThat((Files.size(log()) - HEAD) % RECORD).isZero();
    }

    @Test
    void foreignNewerOrEmptyLogsAreWrittenAnew() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        store.births(snapshot);
        store.close();
        byte[] sound = Files.readAllBytes(log());
        List<byte[]> bad = new ArrayList<>();
        bad.add(new byte[0]);
        bad.add(Arrays.copyOf(sound, 20));
        for (int at : new int[] {0, 11, 20}) {
            byte[] changed = sound.clone();
            changed[at] ^= 1;
            bad.add(changed);
        }
        for (byte[] bytes : bad) {
            Files.write(log(), bytes);
            store = StoreKit.open(folder);
            assertKnown(store.births(snapshot), snapshot);
            store.close();
        }
        store = StoreKit.open(folder);
    }

    @Test
    void rereadIsNotedAndSurvives() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        Births.Found before = store.births(snapshot);
        Path table = snapshot.folder().resolve(tables(snapshot).getFirst().name());
        Files.setLastModifiedTime(table, java.nio.file.attribute.FileTime.fromMillis(1_000));
        await().until(() -> Clock.systemUTC().instant().toEpochMilli()
                > before.births()
                        .get(tables(snapshot).getFirst().name())
                        .readAt()
                        .toEpochMilli());
        store.reread(List.of(table));
        reopen();
        Birth after =
                store.births(snapshot).births().get(tables(snapshot).getFirst().name());
        Birth was = before.births().get(tables(snapshot).getFirst().name());
        assertThat(after.readAt()).isAfter(was.readAt());
        assertThat(after.modifiedNanos()).isEqualTo(1_000_000_000L);
        assertThat(after.sha256()).isEqualTo(was.sha256());
        assertThat(after.hashedAt().toEpochMilli()).isEqualTo(was.hashedAt().toEpochMilli());
    }

    @Test
    void storeWithoutBirthsKeepsNoLog() throws Exception {
        Path other = temp.resolve("other");
        MailStore.Options options = new MailStore.Options(32L << 20, Clock.systemUTC(), false);
        try (MailStore plain = MailStore.open(other, options)) {
            plain.mailboxes().create(MailboxPath.of("bob", "INBOX"), 1, ALICE);
            assertThat(plain.births(plain.checkpoint(temp.resolve("plain"))).births())
                    .isEmpty();
        }
        assertThat(other.resolve("BIRTHS")).doesNotExist();
    }

    @Test
    void bodiesThatASnapshotHasCopiedStayTheFilesThatTheyWere() throws Exception {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            StoreSnapshot snapshot = checkpoint();
            List<StoreSnapshot.File> now = tables(snapshot).stream()
                    .filter(file -> file.columnFamily().equals("body"))
                    .toList();
            assertThat(now)
                    .as("round %s", i)
                    .extracting(StoreSnapshot.File::name)
                    .containsAll(bodies);
            bodies.clear();
            now.forEach(file -> bodies.add(file.name()));
            List<String> rows = names(snapshot, "message");
            append(10);
            store.view().close();
            // The rows' tables are written anew, by a closed view or by compaction; what was going to happen to bodies
            // has
            // happened then, since RocksDB looks at all families at once.
            if (i == 0) {
                await().until(() -> !names(checkpoint(), "message").containsAll(rows));
            }
        }
        assertThat(bodies).hasSizeGreaterThan(4);
    }

    private List<String> names(StoreSnapshot snapshot, String family) {
        return tables(snapshot).stream()
                .filter(file -> file.columnFamily().equals(family))
                .map(StoreSnapshot.File::name)
                .toList();
    }

    /** As a store of before birth hashes has them, or one that another program has written to. */
    @Test
    void tableThatNobodySummedUpIsHashedByItsBlocksAndMarkedSo() throws Exception {
        store.close();
        flushWithoutSums();
        store = StoreKit.open(folder);
        StoreSnapshot snapshot = checkpoint();
        Births.Found found = store.births(snapshot);
        assertKnown(found, snapshot);
        List<Birth> unsummed = found.births().values().stream()
                .filter(birth -> birth.writtenSum().isEmpty())
                .toList();
        assertThat(unsummed)
                .isNotEmpty()
                .allSatisfy(birth -> assertThat(birth.evidence()).isEqualTo(Birth.Evidence.BLOCKS_ONLY));
        reopen();
        assertThat(store.births(snapshot).births()).isEqualTo(found.births());
    }

    private void flushWithoutSums() throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (ColumnFamilyOptions plain = new ColumnFamilyOptions();
                DBOptions options = new DBOptions();
                FlushOptions wait = new FlushOptions().setWaitForFlush(true)) {
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain));
            for (Family family : Family.values()) {
                descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), plain));
            }
            try (RocksDB db = RocksDB.open(options, folder.resolve("db").toString(), descriptors, handles)) {
                db.flush(wait, handles);
                handles.forEach(ColumnFamilyHandle::close);
            }
        }
    }

    /** Byte form, docs/on-disk-format-guard.md. */
    @Test
    void logIsWrittenAsTheDocumentSays() throws Exception {
        StoreSnapshot snapshot = checkpoint();
        Births.Found found = store.births(snapshot);
        String id = store.storeId().replace("-", "");
        byte[] bytes = Files.readAllBytes(log());
        HexFormat hex = HexFormat.of();
        assertThat(new String(bytes, 0, 8, StandardCharsets.US_ASCII)).isEqualTo("UNDBIRTH");
        assertThat(hex.formatHex(bytes, 8, 32)).isEqualTo("00000001" + "00000010" + id);
        assertThat(UUID.fromString(store.storeId())).isNotNull();
        assertThat(hex.formatHex(bytes, 32, 36)).isEqualTo(sum(bytes, 0, 32));
        for (int at = HEAD; at < bytes.length; at += RECORD) {
            long number = Long.parseLong(hex.formatHex(bytes, at + 4, at + 12), 16);
            Birth birth = found.births().get(String.format("db/%06d.sst", number));
            assertThat(hex.formatHex(bytes, at, at + 4)).isEqualTo("01010000");
            assertThat(Long.parseLong(hex.formatHex(bytes, at + 12, at + 20), 16))
                    .isEqualTo(birth.size());
            assertThat(Long.parseLong(hex.formatHex(bytes, at + 20, at + 28), 16))
                    .isEqualTo(birth.hashedAt().toEpochMilli());
            assertThat(Long.parseLong(hex.formatHex(bytes, at + 28, at + 36), 16))
                    .isEqualTo(birth.readAt().toEpochMilli());
            assertThat(Long.parseLong(hex.formatHex(bytes, at + 36, at + 44), 16))
                    .isEqualTo(birth.modifiedNanos());
            assertThat(hex.formatHex(bytes, at + 44, at + 76))
                    .isEqualTo(birth.sha256().toString());
            assertThat(hex.formatHex(bytes, at + 76, at + 80)).isEqualTo(birth.writtenSum());
            assertThat(hex.formatHex(bytes, at + 80, at + 84)).isEqualTo(sum(bytes, at, 80));
        }
    }

    private static String sum(byte[] bytes, int from, int length) {
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(bytes, from, length);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }
}
