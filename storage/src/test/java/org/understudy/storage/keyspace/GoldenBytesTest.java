package org.understudy.storage.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.understudy.storage.CorruptionException;

/** The bytes that lie on disk, as docs/on-disk-format.md states them. A change here is a change of the format. */
class GoldenBytesTest {
    private static final MailboxId MAILBOX = new MailboxId(0x0102);
    private static final Instant TIME = Instant.ofEpochMilli(0x0000_018B_CFE5_6800L);
    private static final Digest DIGEST =
            Digest.parse("00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef");
    private static final MessageFacts FACTS = new MessageFacts(
            MAILBOX,
            7,
            new MessageId(9),
            new MessageId(8),
            new BodyId(5),
            1000,
            300,
            TIME,
            null,
            DIGEST,
            new MimeSummary(
                    "text",
                    "plain",
                    12,
                    "<a@b>",
                    List.of(new MimeSummary.Property("n", "k", "v")),
                    List.of(new MimeSummary.Attachment("i", "f", "c", true))));
    private static final String FACTS_HEX = "01" + "0000000000000009" + "0000000000000008" + "0000000000000005"
            + "00000000000003e8" + "0000012c" + "0000018bcfe56800" + "8000000000000000"
            + "00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef" + "0474657874" + "05706c61696e"
            + "000000000000000c" + "053c6140623e" + "01" + "016e" + "016b" + "0176" + "01" + "0169" + "0166" + "0163"
            + "01";

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    @Test
    void keys() {
        assertThat(hex(Keys.mailbox(MAILBOX))).isEqualTo("0000000000000102");
        assertThat(hex(Keys.message(MAILBOX, 0xFFFF_FFFFL))).isEqualTo("0000000000000102ffffffff");
        assertThat(hex(Keys.message(MAILBOX, 0x1_0000_0000L))).isEqualTo("0000000000000103");
        assertThat(hex(Keys.keyword(MAILBOX, 258))).isEqualTo("00000000000001020102");
        assertThat(hex(Keys.change(MAILBOX, 3))).isEqualTo("00000000000001020000000000000003");
        assertThat(hex(Keys.place(new MessageId(9), MAILBOX, 7))).isEqualTo("0000000000000009000000000000010200000007");
        assertThat(hex(Keys.body(new BodyId(5), 1))).isEqualTo("000000000000000500000001");
        assertThat(hex(Keys.bodyIndex(DIGEST))).isEqualTo("00112233445566778899aabbccddeeff");
        assertThat(hex(Keys.path(new MailboxPath("#p", "al", "Ü")))).isEqualTo("237000616c00c39c");
        assertThat(hex(Keys.row("o", "k"))).isEqualTo("6f006b");
    }

    @Test
    void keyAfterAPrefix() {
        assertThat(hex(Keys.after(bytes("01ff")))).isEqualTo("02");
        assertThat(Keys.after(bytes("ffff"))).isNull();
        assertThat(Keys.after(new byte[0])).isNull();
    }

    @Test
    void mailboxRow() {
        MailboxRow row = new MailboxRow(MAILBOX, new MailboxPath("#p", "al", "In"), 42, TIME, null);
        String expected = "01" + "0000002a" + "0000018bcfe56800" + "8000000000000000" + "022370" + "02616c" + "02496e";
        assertThat(hex(Codec.encode(row))).isEqualTo(expected);
        assertThat(Codec.mailboxRow(Keys.mailbox(MAILBOX), bytes(expected))).isEqualTo(row);
    }

    @Test
    void mailboxState() {
        MailboxState state = new MailboxState(8, 9, 3, 2, 1000);
        String expected = "01" + "0000000000000008" + "0000000000000009" + "0000000000000003" + "0000000000000002"
                + "00000000000003e8";
        assertThat(hex(Codec.encode(state))).isEqualTo(expected);
        assertThat(Codec.mailboxState(Keys.mailbox(MAILBOX), bytes(expected))).isEqualTo(state);
    }

    @Test
    void messageFacts() {
        assertThat(hex(Codec.encode(FACTS))).isEqualTo(FACTS_HEX);
        assertThat(Codec.messageFacts(Keys.message(MAILBOX, 7), bytes(FACTS_HEX)))
                .isEqualTo(FACTS);
    }

    @Test
    void factsOfACopyEndWithTheKeyOfItsStructure() {
        byte[] original = Keys.message(new MailboxId(0x103), 9);
        byte[] copy = MessageRow.copy(original, bytes(FACTS_HEX), 258);
        String expected = "02" + FACTS_HEX.substring(2, 90) + "0000000000000102" + FACTS_HEX.substring(106)
                + "000000000000010300000009";
        assertThat(hex(copy)).isEqualTo(expected);
        assertThat(MessageRow.isWhole(copy)).isTrue();
        assertThat(MessageRow.savedAt(copy)).isEqualTo(258);
        byte[] key = Keys.message(MAILBOX, 7);
        assertThat(MessageRow.structureKey(key, copy)).isEqualTo(original);
        assertThat(MessageRow.structureKey(key, bytes(FACTS_HEX))).isEqualTo(key);
        assertThat(hex(MessageRow.copy(key, copy, 258))).as("of a copy").isEqualTo(expected);
        MessageFacts facts = Codec.messageFacts(key, copy);
        assertThat(facts.savedAt()).isEqualTo(java.time.Instant.ofEpochMilli(258));
        assertThat(facts.mime()).isEqualTo(FACTS.mime());
        for (int length = 0; length < copy.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(copy, length);
            assertThatThrownBy(() -> Codec.messageFacts(key, cut)).isInstanceOf(CorruptionException.class);
        }
    }

    @Test
    void expungedMessage() {
        ExpungedMessage expunged = new ExpungedMessage(
                FACTS, Flags.of(Flags.SEEN, List.of("k")), 11, TIME, ExpungeReason.MOVE, "system:x");
        String expected =
                "01" + "000000000000000b" + "0000018bcfe56800" + "02" + "0873797374656d3a78" + "0101016b" + FACTS_HEX;
        assertThat(hex(Codec.encode(expunged))).isEqualTo(expected);
        assertThat(Codec.expungedMessage(Keys.message(MAILBOX, 7), bytes(expected)))
                .isEqualTo(expunged);
    }

    @Test
    void expungedMessageWithTheTimeOfTheStore() {
        ExpungedMessage expunged = new ExpungedMessage(
                FACTS, Flags.of(Flags.SEEN, List.of("k")), 11, TIME, ExpungeReason.MOVE, "system:x", 258);
        String expected = "02" + "000000000000000b" + "0000018bcfe56800" + "0000000000000102" + "02"
                + "0873797374656d3a78" + "0101016b" + FACTS_HEX;
        assertThat(hex(Codec.encode(expunged))).isEqualTo(expected);
        assertThat(Codec.expungedMessage(Keys.message(MAILBOX, 7), bytes(expected)))
                .isEqualTo(expunged);
    }

    @Test
    void flagChunk() {
        SortedMap<Long, FlagCodec.Packed> messages = new TreeMap<>();
        messages.put(1L, new FlagCodec.Packed(false, 5, 0x41, List.of()));
        messages.put(3L, new FlagCodec.Packed(false, 6, 0, List.of(58, 300)));
        String expected = "01" + "0002" + "00000001" + "0000000000000005" + "0000000000000041" + "00000003"
                + "0000000000000006" + "0000000000000000" + "0001" + "0002" + "003a" + "012c";
        assertThat(hex(FlagCodec.encodeChunk(messages))).isEqualTo(expected);
        SortedMap<Long, FlagCodec.Packed> decoded = new TreeMap<>();
        FlagCodec.chunk(Keys.flagChunk(MAILBOX, 0), bytes(expected), decoded::put);
        assertThat(decoded).isEqualTo(messages);
    }

    @Test
    void flagOverride() {
        String expected = "01" + "01" + "0000000000000005" + "0000000000000003" + "003a";
        FlagCodec.Packed packed = new FlagCodec.Packed(false, 5, 3, List.of(58));
        assertThat(hex(FlagCodec.encodeOverride(packed))).isEqualTo(expected);
        assertThat(FlagCodec.override(Keys.message(MAILBOX, 1), bytes(expected)))
                .isEqualTo(packed);
        assertThat(hex(FlagCodec.encodeOverride(FlagCodec.Packed.GONE)))
                .isEqualTo("01" + "02" + "0000000000000000" + "0000000000000000");
    }

    @Test
    void change() {
        List<Long> uids = List.of(1L, 2L, 3L, 300L);
        String expected = "01" + "01" + "02" + "0102" + "a80200";
        assertThat(hex(ChangeCodec.encode(ChangeCodec.Kind.CHANGED, uids))).isEqualTo(expected);
        assertThat(ChangeCodec.decode(Keys.change(MAILBOX, 1), bytes(expected)).uids())
                .isEqualTo(uids);
    }

    @Test
    void bodyRows() {
        BodyCodec.Head head = new BodyCodec.Head(3, DIGEST, DIGEST, MAILBOX, 7, 9, TIME, Flags.of(2, List.of("k")));
        String digest = DIGEST.toString();
        String expected = "01" + "0000006d" + "0000000000000003" + digest + digest + "0000000000000102" + "00000007"
                + "0000000000000009" + "0000018bcfe56800" + "0201016b" + "616263";
        byte[] data = {'a', 'b', 'c'};
        assertThat(hex(BodyCodec.encodeFirst(head, data, 0, 3))).isEqualTo(expected);
        byte[] key = Keys.body(new BodyId(5), 0);
        assertThat(BodyCodec.head(key, bytes(expected))).isEqualTo(head);
        assertThat(BodyCodec.data(key, bytes(expected), 0)).isEqualTo(data);
        assertThat(hex(BodyCodec.encodeNext(data, 1, 2))).isEqualTo("01" + "6263");
    }

    @Test
    void smallRows() {
        assertThat(hex(Codec.encodeAccount(TIME, "h", ""))).isEqualTo("01" + "0000018bcfe56800" + "0168");
        assertThat(hex(Codec.encodeAccount(TIME, "h", "s"))).isEqualTo("02" + "0000018bcfe56800" + "0168" + "0173");
        assertThat(Codec.account(new byte[] {'a'}, bytes("01" + "0000018bcfe56800" + "0168")))
                .isEqualTo(new Codec.AccountValue(TIME, "h", ""));
        assertThat(Codec.account(new byte[] {'a'}, bytes("02" + "0000018bcfe56800" + "0168" + "0173")))
                .isEqualTo(new Codec.AccountValue(TIME, "h", "s"));
        assertThat(hex(Codec.encodeId(258))).isEqualTo("0000000000000102");
        assertThat(hex(Codec.encodeBlob(new byte[] {9}))).isEqualTo("0109");
    }

    @Test
    void everyCutAndEveryNewerVersionIsCorruption() {
        byte[] key = Keys.message(MAILBOX, 7);
        byte[] whole = bytes(FACTS_HEX);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> Codec.messageFacts(key, cut))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("column family message, key 000000000000010200000007");
        }
        byte[] newer = whole.clone();
        newer[0] = 3;
        assertThatThrownBy(() -> Codec.messageFacts(key, newer))
                .hasMessageContaining("version 1 to 2 expected, found 3");
    }

    @Test
    void columnFamilyNamesStay() {
        assertThat(java.util.Arrays.stream(Family.values()).map(Family::columnFamily))
                .containsExactly(
                        "mailbox",
                        "path",
                        "mailbox-state",
                        "keyword",
                        "message",
                        "flag-chunk",
                        "flag-override",
                        "change",
                        "place",
                        "body",
                        "body-index",
                        "expunged",
                        "account",
                        "subscription",
                        "annotation",
                        "access-list",
                        "quota-limit",
                        "attachment",
                        "journal",
                        "setting",
                        "counter",
                        "structure");
    }
}
