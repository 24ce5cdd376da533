package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TableTest {
    private static String printed(Table table) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        table.print(new PrintStream(bytes, true, StandardCharsets.UTF_8), "  ");
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void alignsNumbersToTheRightAndDrawsALineAboveSums() {
        assertThat(printed(new Table("user", "messages", "MB", "remark")
                        .row("anna", 12L, new Table.Megabytes(1_250_000), "")
                        .row("bartholomew", 1_234_567L, new Table.Megabytes(49), "large")
                        .sums()
                        .row("all", 1_234_579L, new Table.Megabytes(1_250_049), "")))
                .isEqualTo("""
                          user          messages   MB  remark
                          anna                12  1.3
                          bartholomew  1,234,567  0.0  large
                          -----------------------------------
                          all          1,234,579  1.3
                        """);
    }

    @Test
    void keepsControlCharactersOfNamesFromTheTerminal() {
        assertThat(printed(new Table("mailbox").row("\u001b[2Jgone"))).isEqualTo("  mailbox\n  \uFFFD[2Jgone\n");
    }

    @Test
    void refusesARowOfAnotherWidth() {
        assertThatThrownBy(() -> new Table("user").row("anna", 1L)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesSizesAndTimesInUnitsThatPeopleRead() {
        assertThat(Figures.count(1, "mailbox")).isEqualTo("1 mailbox");
        assertThat(Figures.count(0, "mailbox")).isEqualTo("0 mailboxes");
        assertThat(Figures.count(1_001, "message")).isEqualTo("1,001 messages");
        assertThat(Figures.size(1)).isEqualTo("1 byte");
        assertThat(Figures.size(999)).isEqualTo("999 bytes");
        assertThat(Figures.size(12_500)).isEqualTo("12.5 KB");
        assertThat(Figures.size(1_234_500_000)).isEqualTo("1,234.5 MB");
        assertThat(Figures.duration(830)).isEqualTo("0.8 s");
        assertThat(Figures.duration(200_000)).isEqualTo("3 min 20 s");
    }
}
