package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.storage.guard.StoreHeader;
import org.understudy.storage.guard.Trees;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** Damaged mail stores are refused with words and left as they are; a damaged row is an error, never an absent one. */
class MailStoreFaultTest {
    private static final int MESSAGES = 60;

    @TempDir
    Path temp;

    private Path clean = Path.of("");
    private Path crashed = Path.of("");
    private MailboxId inbox = new MailboxId(1);
    private List<StoreSnapshot.File> tables = List.of();

    /** How the last process left the store. */
    enum End {
        CLEAN,
        CRASHED
    }

    @BeforeEach
    void makeStores() {
        clean = temp.resolve("clean");
        crashed = temp.resolve("crashed");
        try (MailStore store = StoreKit.open(clean)) {
            inbox = store.mailboxes()
                    .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                    .id();
            append(store, 0, MESSAGES / 2);
            // A checkpoint flushes, so that there are tables; what comes after it is in the log only.
            tables = store.checkpoint(temp.resolve("checkpoint")).files();
            append(store, MESSAGES / 2, MESSAGES);
            Trees.copy(clean, crashed);
        }
    }

    private void append(MailStore store, int from, int to) {
        for (int i = from; i < to; i++) {
            store.messages()
                    .append(inbox, List.of(message("Subject: " + i + "\r\n\r\nbody of " + i, Flags.NONE)), ALICE);
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
    void aWholeStoreOpensWithAllItsMail(End end) {
        MailStore store = StoreKit.open(store(end));
        assertThat(store.mailboxes().state(inbox).messages()).isEqualTo(MESSAGES);
        assertThat(uids(store)).hasSize(MESSAGES);
        StoreKit.closeSound(store);
    }

    @ParameterizedTest
    @EnumSource
    void aManifestCutToHalfOrByTwentyOctetsIsRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        long was = Files.size(manifest);
        cut(manifest, was - 20);
        refused(store(end), name(manifest) + " holds " + (was - 20) + " octets", "already " + was);
        cut(manifest, was / 2);
        refused(store(end), name(manifest) + " holds " + was / 2 + " octets", "delete them");
        assertThat(files(store(end), ".sst")).isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedAndAMissingManifestAndAGarbageCurrentAreRefused(End end) throws IOException {
        Path manifest = manifest(store(end));
        flip(manifest, Files.size(manifest) / 2);
        refused(store(end), "RocksDB says", name(manifest));
        Files.delete(manifest);
        refused(store(end), "db/" + name(manifest) + " is missing");
        Files.writeString(store(end).resolve("db/CURRENT"), "garbage");
        refused(store(end), "db/CURRENT should hold the name of the MANIFEST");
    }

    @ParameterizedTest
    @EnumSource
    void aCutAndAMissingLogAreRefused(End end) throws IOException {
        Path log = files(store(end), ".log").getLast();
        cut(log, Files.size(log) - 200);
        refused(store(end), end == End.CLEAN ? "closed in good order" : "acknowledged writes are missing: ", name(log));
        Files.delete(log);
        refused(store(end), end == End.CLEAN ? name(log) + " is missing" : "no write-ahead log is left in db");
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedLogIsRefusedByName(End end) throws IOException {
        Path log = files(store(end), ".log").getLast();
        flip(log, Files.size(log) / 2);
        refused(store(end), "RocksDB says", name(log));
    }

    @ParameterizedTest
    @EnumSource
    void aCutAndAMissingTableAreRefused(End end) throws IOException {
        Path table = files(store(end), ".sst").getFirst();
        long was = Files.size(table);
        cut(table, was / 2);
        refused(store(end), "db/" + name(table) + " holds " + was / 2 + " octets, was " + was);
        Files.delete(table);
        refused(store(end), "db/" + name(table));
    }

    @Test
    void foreignFoldersAndLostPartsAreRefusedAndNotMadeAnew() throws IOException {
        Path foreign = Files.createDirectory(temp.resolve("foreign"));
        Files.writeString(foreign.resolve("notes.txt"), "not a store");
        refused(foreign, "this is no store", "notes.txt");
        Files.delete(clean.resolve("HEADER"));
        refused(clean, "HEADER is missing");
        Trees.delete(crashed.resolve("db"));
        refused(crashed, "the folder db is missing");
    }

    @Test
    void aCopyWithoutGuardIsRefused() {
        refused(temp.resolve("checkpoint"), "neither guard file can be read");
        try (MailStore readable =
                MailStore.openReadOnly(temp.resolve("checkpoint"), MailStore.Options.defaults(), false)) {
            assertThat(uids(readable)).hasSize(MESSAGES / 2);
        }
    }

    @Test
    void aStoreKilledBeforeItsDatabaseWasMadeIsMade() {
        Path made = temp.resolve("made");
        StoreHeader header = StoreHeader.create(made, Clock.systemUTC());
        MailStore store = StoreKit.open(made);
        assertThat(store.storeId()).isEqualTo(header.storeId().toString());
        StoreKit.closeSound(store);
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedBitInADataBlockIsReportedForItsRowsNeverAnEmptyMailbox(End end) throws IOException {
        flip(store(end).resolve(table("message")), 40);
        try (MailStore store = StoreKit.open(store(end))) {
            assertThatThrownBy(() -> store.messages().facts(inbox, 1))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("message")
                    .hasMessageContaining(".sst");
            assertThatThrownBy(() -> uids(store)).isInstanceOf(CorruptionException.class);
            assertThat(store.mailboxes().state(inbox).messages()).isEqualTo(MESSAGES);
            assertThat(store.messages().facts(inbox, MESSAGES))
                    .as("a row of another block")
                    .isPresent();
            assertThat(store.verifyChecksums())
                    .hasValueSatisfying(what -> assertThat(what).contains(".sst"));
        }
    }

    @Test
    void aFlippedBitInABodyIsReportedForThatBody() throws IOException {
        flip(clean.resolve(table("body")), 40);
        try (MailStore store = StoreKit.open(clean)) {
            var first = store.messages().facts(inbox, 1).orElseThrow().body();
            assertThatThrownBy(() -> store.bodies().read(first)).isInstanceOf(CorruptionException.class);
            var last = store.messages().facts(inbox, MESSAGES).orElseThrow().body();
            assertThat(store.bodies().read(last)).isNotEmpty();
        }
    }

    private List<Long> uids(MailStore store) {
        List<Long> uids = new ArrayList<>();
        store.messages().scan(inbox, 1, 0xFFFF_FFFFL, facts -> uids.add(facts.uid()));
        return uids;
    }

    private String table(String columnFamily) {
        return tables.stream()
                .filter(file -> file.columnFamily().equals(columnFamily))
                .findFirst()
                .orElseThrow()
                .name();
    }

    private static void refused(Path store, String... words) {
        var before = Trees.listing(store);
        OperatorException refusal = catchThrowableOfType(OperatorException.class, () -> StoreKit.open(store));
        assertThat(refusal).as("the store should have been refused").isNotNull();
        assertThat(refusal.reason()).isEqualTo(Reason.STORE_REFUSED);
        assertThat(refusal.getMessage()).contains(words).contains("nothing was changed or deleted");
        assertThat(refusal.hint()).isNotBlank();
        assertThat(Trees.listing(store)).as("nothing changed").isEqualTo(before);
    }

    private static Path manifest(Path store) throws IOException {
        return store.resolve(
                "db/" + Files.readString(store.resolve("db/CURRENT")).strip());
    }

    private static List<Path> files(Path store, String ending) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("db"))) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
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
}
