package org.understudy.restore.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Workplace;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFacts;

/** Canary messages are known byte for byte, and whatever happens to one is told from what somebody did to it. */
class CanariesTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");
    private static final Author USER = new Author.Session("tweety", "s1");

    @TempDir
    Path data;

    private MailStore store;
    private Canaries canaries;

    @BeforeEach
    void open() {
        store = MailStore.open(
                data.resolve("store"), new MailStore.Options(32L << 20, Clock.fixed(NOW, ZoneOffset.UTC)));
        store.accounts().add("tweety", "$argon2id$none", USER);
        canaries =
                Canaries.of(new Workplace(store, data, data.resolve("repository"), Clock.fixed(NOW, ZoneOffset.UTC)));
    }

    @AfterEach
    void close() {
        Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
        store.close();
        assertThat(report.findings()).isEmpty();
    }

    private MailboxId mailbox() {
        return store.mailboxes()
                .find(MailboxPath.of("tweety", Canaries.MAILBOX))
                .orElseThrow()
                .id();
    }

    private CanaryState only() {
        List<CanaryState> states = canaries.verify(NOW);
        assertThat(states).hasSize(1);
        return states.get(0);
    }

    @Test
    void oneIsMadeWithAMessageForEachOfTwelveMonthsAndIsSound() {
        CanaryState made = canaries.add("tweety", NOW);
        assertThat(made.expected()).isEqualTo(12);
        assertThat(made.sound()).isEqualTo(12);
        assertThat(made.wrong()).isFalse();
        Set<String> months = new TreeSet<>();
        store.messages()
                .scan(
                        mailbox(),
                        1,
                        0xFFFF_FFFFL,
                        facts -> months.add(facts.internalDate().toString().substring(0, 7)));
        assertThat(months).hasSize(12).contains("2025-06", "2026-01", "2026-05");
        assertThat(only()).isEqualTo(made);
    }

    @Test
    void aUserWhoIsUnknownOrHasOneAlreadyIsRefusedWithWords() {
        assertThatThrownBy(() -> canaries.add("nobody", NOW))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_FOUND));
        canaries.add("tweety", NOW);
        assertThatThrownBy(() -> canaries.add("tweety", NOW))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
    }

    @Test
    void whatSomebodyExpungedIsNoFaultAndIsNoLongerExpectedAfterTheNextTopUp() {
        canaries.add("tweety", NOW);
        store.messages().expunge(mailbox(), List.of(3L, 4L), ExpungeReason.USER, USER);
        assertThat(only().wrong()).isFalse();
        assertThat(only().expunged()).isEqualTo(2);
        canaries.verifyAndTopUp(NOW);
        assertThat(only().expected()).isEqualTo(10);
    }

    @Test
    void aDayLaterOneMessageIsAddedAndNotTwo() {
        canaries.add("tweety", NOW);
        canaries.verifyAndTopUp(NOW.plus(Duration.ofHours(3)));
        assertThat(only().expected()).isEqualTo(12);
        canaries.verifyAndTopUp(NOW.plus(Duration.ofDays(1)));
        canaries.verifyAndTopUp(NOW.plus(Duration.ofDays(1)));
        assertThat(only().expected()).isEqualTo(13);
        assertThat(only().sound()).isEqualTo(13);
    }

    @Test
    void oneByteMoreOrLessIsAFault() {
        canaries.add("tweety", NOW);
        MessageFacts facts = store.messages().facts(mailbox(), 5).orElseThrow();
        byte[] bytes = store.bodies().read(facts.body());
        bytes[bytes.length / 2] ^= 1;
        // As if another message had come to lie in its place: the register is made to expect these bytes' neighbour.
        long uid = append(bytes, facts);
        CanaryRegister register = CanaryRegister.read(data);
        CanaryRegister.Canary was = register.canaries().get(0);
        List<CanaryRegister.Message> messages = was.messages().stream()
                .map(one -> one.uid() == 5
                        ? new CanaryRegister.Message(uid, "0".repeat(64), one.size(), one.internalDate())
                        : one)
                .toList();
        new CanaryRegister(List.of(new CanaryRegister.Canary(was.user(), was.mailbox(), was.mailboxId(), messages)))
                .write(data);
        CanaryState state = only();
        assertThat(state.sound()).isEqualTo(11);
        assertThat(state.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault)
                        .contains("differs: expected SHA-256 " + "0".repeat(64))
                        .contains(Digest.of(Digest.sha256().digest(bytes)).toString()));
        canaries.verifyAndTopUp(NOW.plus(Duration.ofDays(2)));
        assertThat(only().faults()).as("topping up does not hide it").hasSize(1);
    }

    private long append(byte[] bytes, MessageFacts like) {
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        return store.messages()
                .append(
                        mailbox(),
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                                bytes.length,
                                like.headerSize(),
                                digest,
                                like.mime(),
                                like.internalDate(),
                                null,
                                org.understudy.storage.keyspace.Flags.NONE)),
                        USER)
                .get(0)
                .uid();
    }

    @Test
    void aMessageThatWasRestoredUnderAnotherUidIsSound() {
        canaries.add("tweety", NOW);
        MessageFacts facts = store.messages().facts(mailbox(), 5).orElseThrow();
        store.messages().expunge(mailbox(), List.of(5L), ExpungeReason.ADMIN, USER);
        append(store.bodies().read(facts.body()), facts);
        assertThat(only().sound()).isEqualTo(12);
        assertThat(only().expunged()).isZero();
    }

    @Test
    void removingOneDeletesItsMailboxAndForgetsIt() {
        canaries.add("tweety", NOW);
        assertThat(canaries.remove("tweety", NOW).sound()).isEqualTo(12);
        assertThat(canaries.verify(NOW)).isEmpty();
        assertThat(store.mailboxes().find(MailboxPath.of("tweety", Canaries.MAILBOX)))
                .isEmpty();
        assertThatThrownBy(() -> canaries.remove("tweety", NOW)).isInstanceOf(OperatorException.class);
    }

    @Test
    void aRegisterThatWasChangedIsRefused() throws Exception {
        canaries.add("tweety", NOW);
        Path file = data.resolve("canaries.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\"uid\":3", "\"uid\":4"), StandardCharsets.UTF_8);
        assertThatThrownBy(() -> canaries.verify(NOW))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("canaries.json")
                .hasMessageContaining("expected SHA-256");
    }
}
