package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.understudy.storage.StoreKit.ALICE;
import static org.understudy.storage.StoreKit.message;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.guard.ClosedCopy;
import org.understudy.storage.guard.Trees;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

class ClosedCopyTest {
    @TempDir
    Path folder;

    private MailboxId inbox;

    @BeforeEach
    void makeStoreWithTablesAndALog() {
        MailStore store = StoreKit.open(store());
        inbox = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 42, ALICE)
                .id();
        store.messages().append(inbox, List.of(message("one", Flags.NONE), message("two", Flags.NONE)), ALICE);
        store.close();
        store = StoreKit.open(store());
        store.messages().append(inbox, List.of(message("three", Flags.NONE)), ALICE);
        StoreKit.closeSound(store);
    }

    private Path store() {
        return folder.resolve("store");
    }

    private Path copy() {
        return folder.resolve("copy");
    }

    @Test
    void changesToTheCopyLeaveEveryFileOfTheStoreAsItWas() {
        SortedMap<String, String> before = Trees.listing(store());
        ClosedCopy.make(store(), copy());
        MailStore opened = StoreKit.open(copy());
        assertThat(opened.mailboxes().state(inbox).messages()).isEqualTo(3);
        opened.messages().expunge(inbox, List.of(1L, 2L), ExpungeReason.USER, ALICE);
        opened.mailboxes().renew(inbox, 77, ALICE);
        StoreKit.closeSound(opened);

        assertThat(Trees.listing(store())).isEqualTo(before);
        MailStore again = StoreKit.open(store());
        assertThat(again.mailboxes().state(inbox).messages()).isEqualTo(3);
        assertThat(again.mailboxes().find(inbox)).map(MailboxRow::uidValidity).contains(42L);
        StoreKit.closeSound(again);
    }

    @Test
    void tablesAreSharedUntilTheStoreIsGoneAndTheCopyLivesOn() throws Exception {
        ClosedCopy.make(store(), copy());
        try (var tables = Files.list(copy().resolve("db"))) {
            assertThat(tables.filter(file -> file.toString().endsWith(".sst")))
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.getAttribute(file, "unix:nlink"))
                            .as(file.toString())
                            .isEqualTo(2));
        }
        Trees.delete(store());
        MailStore opened = StoreKit.open(copy());
        assertThat(opened.messages().flags(inbox, 1, 100)).hasSize(3);
        StoreKit.closeSound(opened);
    }

    @Test
    void aStoreThatIsOpenIsNotCopied() {
        MailStore open = StoreKit.open(store());
        assertThatThrownBy(() -> ClosedCopy.make(store(), copy()))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY));
        StoreKit.closeSound(open);
        ClosedCopy.make(store(), folder.resolve("later"));
    }

    @Test
    void aStoreThatWasNotClosedCleanlyIsNotCopied() throws Exception {
        MailStore open = StoreKit.open(store());
        Trees.copy(store(), folder.resolve("killed"));
        StoreKit.closeSound(open);
        assertThatThrownBy(() -> ClosedCopy.make(folder.resolve("killed"), copy()))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BUSY))
                .hasMessageContaining("not closed cleanly");
    }

    @Test
    void openingTheStoreMakesTheCopyOutOfDate() {
        ClosedCopy made = ClosedCopy.make(store(), copy());
        assertThat(made.isCurrent()).isTrue();
        MailStore open = StoreKit.open(store());
        assertThat(made.isCurrent()).isFalse();
        StoreKit.closeSound(open);
        assertThat(made.isCurrent()).isFalse();
        Trees.delete(store());
        assertThat(made.isCurrent()).isFalse();
    }

    @Test
    void aTornCopyIsRefusedByItsGuard() throws Exception {
        ClosedCopy.make(store(), copy());
        try (var tables = Files.list(copy().resolve("db"))) {
            Files.delete(tables.filter(file -> file.toString().endsWith(".sst"))
                    .findFirst()
                    .orElseThrow());
        }
        assertThatThrownBy(() -> StoreKit.open(copy()))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_REFUSED));
    }
}
