package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8).replace("\r\u001b[K", "<");
    }

    private void second() {
        nanos.addAndGet(1_000_000_000L);
    }

    @Test
    void barShowsShareRateAndTimeLeft() {
        ProgressBar bar = new ProgressBar(out, 100, nanos::get);
        bar.begin("replaying", 5597, "messages");
        second();
        bar.advance(1000, 10_000_000);
        bar.close();
        assertThat(shown().split("<"))
                .contains("replaying  [###-------------------]   17 %  1,000 / 5,597 messages  1,000/s  10.0 MB/s"
                        + "  0:05 left");
    }

    @Test
    void barNeverWrapsOnANarrowTerminal() {
        ProgressBar bar = new ProgressBar(out, 40, nanos::get);
        bar.begin("checking every body of a snapshot", 1_000_000, "messages");
        second();
        bar.advance(500_000, 1_000_000_000);
        bar.close();
        for (String line : shown().strip().split("<")) {
            assertThat(line.length()).as(line).isLessThan(40);
        }
    }

    @Test
    void barDrawsAtMostTenTimesASecond() {
        ProgressBar bar = new ProgressBar(out, 100, nanos::get);
        bar.begin("replaying", 100_000, "messages");
        for (int i = 1; i <= 100_000; i++) {
            nanos.addAndGet(10_000);
            bar.advance(i, 0);
        }
        bar.close();
        assertThat(shown().chars().filter(c -> c == '<').count()).isBetween(10L, 13L);
        assertThat(shown()).contains("100 %  100,000 / 100,000 messages").endsWith("\n");
    }

    @Test
    void notesStandAboveTheBarAndCannotMoveTheCursor() {
        ProgressBar bar = new ProgressBar(out, 60, nanos::get);
        bar.begin("replaying", 10, "messages");
        bar.note("cannot read \u001b[2Jevil\u202etxt");
        bar.close();
        assertThat(shown()).contains("<cannot read \uFFFD[2Jevil\uFFFDtxt\n<replaying");
    }

    @Test
    void linesTellBeginningEndAndOnceASecondBetween() {
        ProgressLines lines = new ProgressLines(out, nanos::get);
        lines.begin("replaying", 100, "messages");
        for (int i = 1; i <= 100; i++) {
            nanos.addAndGet(25_000_000);
            lines.advance(i, i * 10L);
        }
        lines.note("one \"item\" is unreadable");
        lines.begin("counting", -1, "users");
        lines.close();
        assertThat(shown()).isEqualTo("""
                        {"phase":"replaying","done":0,"total":100,"unit":"messages","bytes":0}
                        {"phase":"replaying","done":40,"total":100,"unit":"messages","bytes":400}
                        {"phase":"replaying","done":80,"total":100,"unit":"messages","bytes":800}
                        {"note":"one \\"item\\" is unreadable"}
                        {"phase":"replaying","done":100,"total":100,"unit":"messages","bytes":1000}
                        {"phase":"counting","done":0,"total":-1,"unit":"users","bytes":0}
                        """);
    }
}
