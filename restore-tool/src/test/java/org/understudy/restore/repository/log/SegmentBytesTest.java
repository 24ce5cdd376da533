package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.LoggedEffect.Kind;
import org.understudy.storage.keyspace.Family;

/** Items of a segment are, byte for byte, as docs/repository-format.md says. */
class SegmentBytesTest {
    private static LoggedEffect.Row row(long sequence, Kind kind, Family family, String key, String value) {
        return new LoggedEffect.Row(
                sequence,
                kind,
                family,
                key.getBytes(StandardCharsets.US_ASCII),
                value.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(LogEntry... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        DataOutputStream data = new DataOutputStream(out);
        for (LogEntry entry : entries) {
            EntryCodec.write(data, entry);
        }
        return out.toByteArray();
    }

    @Test
    void itemsHaveTheBytesOfTheDocument() throws IOException {
        LogEntry effect = new LogEntry(
                LogEntry.Kind.EFFECT,
                0x0102,
                1_748_303_970_123L,
                "restore:r",
                List.of(
                        row(0x0102, Kind.PUT, Family.SETTING, "k", "vv"),
                        row(0x0103, Kind.DELETED, Family.PATH, "p", "")));
        assertThat(HexFormat.of().formatHex(bytes(effect)))
                .isEqualTo("01" + "0000000000000102" + "000001970f097f4b" + "0009" + "726573746f72653a72" + "00000002"
                        + "01" + "0007" + "73657474696e67" + "00000001" + "6b" + "00000002" + "7676"
                        + "02" + "0004" + "70617468" + "00000001" + "70" + "00000000");
    }

    @Test
    void whatIsWrittenIsRead() throws IOException {
        LogEntry body =
                new LogEntry(LogEntry.Kind.BODY, 9, 5, "", List.of(row(0, Kind.PUT, Family.BODY, "id", "bytes")));
        LogEntry effect = new LogEntry(
                LogEntry.Kind.EFFECT, 9, 5, "session:a:b", List.of(row(9, Kind.RANGE_DELETED, null, "a", "b")));
        LogEntry more = new LogEntry(
                LogEntry.Kind.CONTINUED, 10, 5, "session:a:b", List.of(row(10, Kind.FOREIGN, Family.CHANGE, "a", "")));
        List<LogEntry> read = EntryCodec.read(bytes(body, effect, more));
        assertThat(read)
                .extracting(LogEntry::kind)
                .containsExactly(LogEntry.Kind.BODY, LogEntry.Kind.EFFECT, LogEntry.Kind.CONTINUED);
        assertThat(read).extracting(LogEntry::next).containsExactly(9L, 10L, 11L);
        LoggedEffect.Row foreign = read.get(2).rows().getFirst();
        assertThat(foreign.kind()).isEqualTo(Kind.FOREIGN);
        assertThat(foreign.family()).isEqualTo(Family.CHANGE);
        assertThat(foreign.sequence()).isEqualTo(10);
        assertThat(read.get(1).rows().getFirst().family()).isNull();
    }

    @Test
    void cutOrStrangeBytesAreRefused() throws IOException {
        byte[] whole = bytes(new LogEntry(
                LogEntry.Kind.EFFECT, 1, 2, "a", List.of(row(1, Kind.PUT, Family.SETTING, "key", "value"))));
        for (int length = 1; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> EntryCodec.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(IOException.class);
        }
        byte[] strange = whole.clone();
        strange[0] = 7;
        assertThatThrownBy(() -> EntryCodec.read(strange)).hasMessageContaining("no item of kind 7");
        byte[] operation = whole.clone();
        operation[1 + 8 + 8 + 2 + 1 + 4] = 9;
        assertThatThrownBy(() -> EntryCodec.read(operation)).hasMessageContaining("no operation 9");
    }

    @Test
    void namesSortAsTheirNumbers() {
        assertThat(SegmentFile.name(17)).isEqualTo("000000000017.log");
        assertThat(SegmentFile.number("000000000017.log")).hasValue(17);
        assertThat(SegmentFile.number("17.log")).isEmpty();
        assertThat(SegmentFile.number("000000000017.log.tmp")).isEmpty();
    }
}
