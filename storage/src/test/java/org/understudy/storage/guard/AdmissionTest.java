package org.understudy.storage.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Every fault is refused with words and changes nothing; what is whole is admitted. */
class AdmissionTest {
    private static final String UNTOUCHED = "nothing was changed or deleted";

    @TempDir
    Path temp;

    private Path clean = Path.of("");
    private Path crashed = Path.of("");

    /** How the last process left the store. */
    enum End {
        CLEAN,
        CRASHED
    }

    @BeforeEach
    void makeStores() {
        clean = temp.resolve("clean");
        Random random = new Random(7);
        try (RawStore store = RawStore.open(clean)) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 40; i++) {
                    store.put("row-" + round + "-" + i, value(random));
                }
                if (round < 2) {
                    store.flush();
                }
            }
            store.guard.refresh();
            crashed = store.crashCopy(temp.resolve("crashed"));
        }
    }

    private Path store(End end) {
        return switch (end) {
            case CLEAN -> clean;
            case CRASHED -> crashed;
        };
    }

    @ParameterizedTest
    @EnumSource
    void aWholeStoreIsAdmittedWithoutAByteChangedAndOpensWithAllItsRows(End end) {
        var before = Trees.listing(store(end));
        StoreGuard.admit(store(end), ReadOnlyProbe.paranoid());
        assertThat(Trees.listing(store(end))).isEqualTo(before);
        try (RawStore opened = RawStore.open(store(end))) {
            assertThat(opened.get("row-0-0")).isNotNull();
            assertThat(opened.get("row-2-39")).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aManifestCutToHalfIsRefusedAndSaysWhatWouldBeDeleted(End end) throws IOException {
        Path manifest = manifest(store(end));
        long was = Files.size(manifest);
        cut(manifest, was / 2);
        refused(store(end), name(manifest) + " holds " + was / 2 + " octets", "already " + was, "delete them", ".sst");
    }

    @ParameterizedTest
    @EnumSource
    void aManifestShortOfTwentyOctetsIsRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        long was = Files.size(manifest);
        cut(manifest, was - 20);
        refused(store(end), name(manifest) + " holds " + (was - 20) + " octets", "already " + was);
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyManifestIsRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        cut(manifest, 0);
        refused(store(end), name(manifest) + " holds 0 octets");
    }

    @ParameterizedTest
    @EnumSource
    void aManifestWithAFlippedBitIsRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        flip(manifest, Files.size(manifest) / 2);
        refused(store(end), "RocksDB says", name(manifest));
    }

    @ParameterizedTest
    @EnumSource
    void aMissingManifestIsRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        Files.delete(manifest);
        refused(store(end), "db/" + name(manifest) + " is missing");
    }

    @ParameterizedTest
    @EnumSource
    void aCurrentOfGarbageIsRefused(End end) throws IOException {
        Files.writeString(store(end).resolve("db/CURRENT"), "gar\u0001bage");
        refused(store(end), "db/CURRENT should hold the name of the MANIFEST", "\"gar?bage\"");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingCurrentIsRefusedAndNotMadeAnew(End end) throws IOException {
        Files.delete(store(end).resolve("db/CURRENT"));
        refused(store(end), "db/CURRENT is missing", "make a new database");
    }

    @ParameterizedTest
    @EnumSource
    void anOlderManifestIsRefused(End end) throws IOException {
        Path older = store(end).resolve("db/MANIFEST-000001");
        Files.copy(manifest(store(end)), older);
        Files.writeString(store(end).resolve("db/CURRENT"), "MANIFEST-000001\n");
        refused(store(end), "db/CURRENT names MANIFEST-000001", "already", "delete all tables that are newer");
    }

    @Test
    void aLogCutAfterACrashIsRefusedWithTheRangeOfLostWrites() throws IOException {
        Path log = newestLog(crashed);
        long was = Files.size(log);
        cut(log, was - 700);
        refused(
                crashed,
                "acknowledged writes are missing: ",
                " to 360",
                name(log) + " was at least " + was + " octets and is " + (was - 700));
        cut(log, 0);
        refused(crashed, "acknowledged writes are missing: 241 to 360", name(log) + " was at least", "and is 0");
    }

    @Test
    void aLogCutAfterACleanCloseIsRefusedWithItsSizes() throws IOException {
        Path log = newestLog(clean);
        long was = Files.size(log);
        cut(log, was - 1);
        refused(clean, "closed in good order", name(log) + " holds " + (was - 1) + " octets, was " + was + " octets");
    }

    @Test
    void aLogMissingAfterACrashIsRefused() throws IOException {
        Path log = newestLog(crashed);
        Files.delete(log);
        refused(crashed, "acknowledged writes are missing: 241 to 360", "no write-ahead log is left in db", name(log));
    }

    @Test
    void aLogMissingAfterACleanCloseIsRefused() throws IOException {
        Path log = newestLog(clean);
        Files.delete(log);
        refused(clean, "db/" + name(log) + " is missing, was ");
    }

    @ParameterizedTest
    @EnumSource
    void aLogWithAFlippedBitIsRefused(End end) throws IOException {
        Path log = newestLog(store(end));
        flip(log, Files.size(log) / 2);
        refused(store(end), "RocksDB says", name(log));
    }

    @ParameterizedTest
    @EnumSource
    void aMissingTableIsRefusedByName(End end) throws IOException {
        Path table = RawStore.files(store(end), "*.sst").get(0);
        Files.delete(table);
        refused(store(end), "db/" + name(table), "missing");
    }

    @ParameterizedTest
    @EnumSource
    void aCutTableIsRefusedByName(End end) throws IOException {
        Path table = RawStore.files(store(end), "*.sst").get(1);
        long was = Files.size(table);
        cut(table, was / 2);
        refused(store(end), "db/" + name(table) + " holds " + was / 2 + " octets, was " + was + " octets");
    }

    @Test
    void aForeignFolderIsRefused() throws IOException {
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("holiday.jpg"), "beach");
        refused(foreign, "this is no store", "holiday.jpg");
        assertThat(catchThrowableOfType(OperatorException.class, () -> StoreHeader.create(foreign, Clock.systemUTC()))
                        .getMessage())
                .contains("not empty", "holiday.jpg", UNTOUCHED);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseWithoutHeaderIsRefusedAndNotMadeAnew(End end) throws IOException {
        Files.delete(store(end).resolve("HEADER"));
        refused(store(end), "HEADER is missing", "no new store is made over it");
    }

    @ParameterizedTest
    @EnumSource
    void aHeaderWithoutDatabaseIsRefusedAndNotMadeAnew(End end) {
        Path bare = temp.resolve("bare");
        Trees.copy(store(end), bare);
        Trees.delete(bare.resolve("db"));
        refused(bare, "the folder db is missing", "no new database is made");
    }

    @Test
    void aHeaderAloneIsRefused() {
        Path alone = temp.resolve("alone");
        Trees.copy(clean, alone);
        for (String name : List.of("db", "GUARD.a", "GUARD.b", "WITNESS")) {
            Trees.delete(alone.resolve(name));
        }
        refused(alone, "neither guard file can be read", "GUARD.a is missing", "GUARD.b is missing");
    }

    @Test
    void aDamagedHeaderIsRefused() throws IOException {
        flip(clean.resolve("HEADER"), 30);
        refused(clean, "HEADER is foreign or damaged", "checksum");
        Files.writeString(crashed.resolve("HEADER"), "hello");
        refused(crashed, "HEADER is foreign or damaged", "5 octets");
    }

    @Test
    void aNewerFormatIsRefusedWithBothVersions() throws IOException {
        StoreHeader newer = new StoreHeader(9, UUID.randomUUID(), Instant.EPOCH);
        Files.write(clean.resolve("HEADER"), newer.encode());
        OperatorException refusal = refused(clean, "format 9", "formats up to " + MailStore.FORMAT_VERSION);
        assertThat(refusal.hint()).contains("Upgrade");
    }

    @Test
    void aGuardOfAnotherStoreIsRefused() throws IOException {
        Files.write(clean.resolve("HEADER"), new StoreHeader(1, UUID.randomUUID(), Instant.EPOCH).encode());
        refused(clean, "Files of two stores are mixed");
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseOfAnotherStoreIsRefused(End end) {
        Path other = temp.resolve("other");
        try (RawStore store = RawStore.open(other)) {
            store.put("alien", new byte[10]);
        }
        Trees.delete(store(end).resolve("db"));
        Trees.copy(other.resolve("db"), store(end).resolve("db"));
        refused(store(end), "db/IDENTITY is", "another database");
    }

    @ParameterizedTest
    @EnumSource
    void oneTornGuardIsMadeGoodByTheOther(End end) throws IOException {
        for (String torn : List.of("GUARD.a", "GUARD.b")) {
            Path copy = temp.resolve("with-torn-" + torn);
            Trees.copy(store(end), copy);
            cut(copy.resolve(torn), 40);
            StoreGuard.admit(copy, ReadOnlyProbe.paranoid());
            Path manifest = manifest(copy);
            cut(manifest, Files.size(manifest) / 2);
            refused(copy, name(manifest) + " holds ");
        }
    }

    @ParameterizedTest
    @EnumSource
    void twoUnreadableGuardsAreRefused(End end) throws IOException {
        cut(store(end).resolve("GUARD.a"), 40);
        flip(store(end).resolve("GUARD.b"), 60);
        refused(store(end), "neither guard file can be read", "GUARD.a holds 40 octets", "GUARD.b has the checksum");
        Files.delete(store(end).resolve("GUARD.a"));
        Files.delete(store(end).resolve("GUARD.b"));
        refused(store(end), "GUARD.a is missing, GUARD.b is missing");
    }

    @Test
    void aMissingWitnessMattersOnlyAfterACrash() throws IOException {
        Files.delete(clean.resolve("WITNESS"));
        StoreGuard.admit(clean, ReadOnlyProbe.paranoid());
        Files.delete(crashed.resolve("WITNESS"));
        refused(crashed, "WITNESS is missing or damaged");
    }

    @ParameterizedTest
    @EnumSource
    void oneTornSlotOfTheWitnessIsMadeGoodByTheOther(End end) throws IOException {
        flip(store(end).resolve("WITNESS"), 30);
        StoreGuard.admit(store(end), ReadOnlyProbe.paranoid());
        flip(store(end).resolve("WITNESS"), 30);
        flip(store(end).resolve("WITNESS"), 4096 + 30);
        StoreGuard.admit(store(end), ReadOnlyProbe.paranoid());
    }

    @Test
    void anUnacknowledgedTornTailIsAdmitted() throws IOException {
        Path log = newestLog(crashed);
        Files.write(log, new byte[] {1, 2, 3, 4, 0x40, 0x10, 1, 9, 9, 9}, StandardOpenOption.APPEND);
        StoreGuard.admit(crashed, ReadOnlyProbe.paranoid());
        try (RawStore opened = RawStore.open(crashed)) {
            assertThat(opened.get("row-2-39")).isNotNull();
        }
    }

    @Test
    void aProcessKilledBetweenOpenAndAttachLeavesAStoreThatIsAdmitted() throws IOException {
        Path half = temp.resolve("half");
        Trees.copy(clean, half);
        try (RawStore reopened = RawStore.quiet(clean)) {
            // The database has gone on, the guard files are those of the clean close before.
            Trees.delete(half.resolve("db"));
            Trees.copy(clean.resolve("db"), half.resolve("db"));
            assertThat(manifest(half)).isNotEqualTo(manifest(crashed));
            assertThat(reopened.get("row-2-0")).isNotNull();
        }
        StoreGuard.admit(half, ReadOnlyProbe.paranoid());
        Path manifest = manifest(half);
        cut(manifest, Files.size(manifest) / 2);
        refused(half, name(manifest));
    }

    @Test
    void aMissingOrEmptyFolderIsANewStore() throws IOException {
        Path missing = temp.resolve("missing");
        StoreGuard.admit(missing, ReadOnlyProbe.paranoid());
        assertThat(missing).doesNotExist();
        Path empty = Files.createDirectory(temp.resolve("empty"));
        Files.createDirectory(empty.resolve("lost+found"));
        StoreGuard.admit(empty, ReadOnlyProbe.paranoid());
        StoreHeader made = StoreHeader.create(empty, Clock.fixed(Instant.ofEpochMilli(1234567), ZoneOffset.UTC));
        assertThat(StoreHeader.read(empty)).isEqualTo(made);
        assertThat(made.createdAt()).isEqualTo(Instant.ofEpochMilli(1234567));
        assertThat(made.formatVersion()).isEqualTo(4);
    }

    @Test
    void aStoreKilledWhileBeingMadeCanBeMadeAgain() throws IOException {
        Path made = temp.resolve("made");
        StoreHeader.create(made, Clock.systemUTC());
        Path onlyGuard = Files.createDirectory(temp.resolve("only-guard"));
        Files.copy(made.resolve("GUARD.a"), onlyGuard.resolve("GUARD.a"));
        Files.writeString(onlyGuard.resolve("HEADER.new"), "half");
        for (Path store : List.of(made, onlyGuard)) {
            StoreGuard.admit(store, ReadOnlyProbe.paranoid());
            try (RawStore opened = RawStore.open(store)) {
                opened.put("first", new byte[1]);
            }
        }
        Trees.delete(made.resolve("db"));
        refused(made, "the folder db is missing");
    }

    @Test
    void aStoreSaidToBeNewThatHasTablesIsRefused() throws IOException {
        Path fresh = temp.resolve("fresh");
        StoreHeader.create(fresh, Clock.systemUTC());
        Trees.copy(clean.resolve("db"), fresh.resolve("db"));
        refused(fresh, "never used", ".sst");
        assertThat(Files.exists(fresh.resolve("GUARD.b"))).isFalse();
    }

    @Test
    void anInterruptDoesNotBreakARecordOff() {
        try (RawStore store = RawStore.open(clean)) {
            Thread.currentThread().interrupt();
            store.guard.refresh();
            store.put("interrupted", new byte[1]);
            assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        }
        assertThat(GuardPair.read(clean).trouble()).isEmpty();
        StoreGuard.admit(clean, ReadOnlyProbe.paranoid());
    }

    @Test
    void aStoreThatIsOpenIsBusy() {
        Path open = temp.resolve("open");
        try (RawStore store = RawStore.open(open)) {
            OperatorException busy = catchThrowableOfType(
                    OperatorException.class, () -> StoreGuard.admit(open, ReadOnlyProbe.paranoid()));
            assertThat(busy.reason()).isEqualTo(Reason.BUSY);
            assertThat(busy)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            assertThat(store.put("still", new byte[1])).isPositive();
        }
    }

    @Test
    void aVerifiedCopyWithoutGuardCanBeVouchedForOnce() throws IOException {
        Files.delete(crashed.resolve("GUARD.a"));
        Files.delete(crashed.resolve("GUARD.b"));
        Files.delete(crashed.resolve("WITNESS"));
        refused(crashed, "neither guard file can be read");
        StoreGuard.vouch(crashed, ReadOnlyProbe.paranoid(), Clock.systemUTC());
        assertThat(catchThrowableOfType(
                                OperatorException.class,
                                () -> StoreGuard.vouch(crashed, ReadOnlyProbe.paranoid(), Clock.systemUTC()))
                        .reason())
                .isEqualTo(Reason.CONFLICT);
        try (RawStore opened = RawStore.open(crashed)) {
            assertThat(opened.get("row-2-39")).isNotNull();
        }
    }

    private static OperatorException refused(Path store, String... words) {
        var before = Trees.listing(store);
        OperatorException refusal =
                catchThrowableOfType(OperatorException.class, () -> StoreGuard.admit(store, ReadOnlyProbe.paranoid()));
        assertThat(refusal).as("the store should have been refused").isNotNull();
        assertThat(refusal.reason()).isEqualTo(Reason.STORE_REFUSED);
        assertThat(refusal.getMessage()).contains(words).contains(store.toString(), UNTOUCHED);
        assertThat(refusal.hint()).isNotBlank();
        assertThat(Trees.listing(store)).as("nothing changed").isEqualTo(before);
        return refusal;
    }

    private static Path manifest(Path store) throws IOException {
        return store.resolve("db/"
                + Files.readString(store.resolve("db/CURRENT"), StandardCharsets.US_ASCII)
                        .strip());
    }

    private static Path newestLog(Path store) {
        return RawStore.files(store, "*.log").getLast();
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 0x10;
        Files.write(file, bytes);
    }

    private static byte[] value(Random random) {
        byte[] value = new byte[200];
        random.nextBytes(value);
        return value;
    }
}
