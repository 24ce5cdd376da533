package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullMarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Cutting a client's octets into commands: short ones, and 4 KiB appends. */
@NullMarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FramingBenchmark {
    private static final int COMMANDS = 100;
    private static final ImapSettings.Limits LIMITS =
            new ImapSettings.Limits(64 << 10, 64 << 20, 64 << 10, 100, 100, 100);

    private final ByteBuf small = commands("a%d UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 12345)\r\n");
    private final ByteBuf appends = commands("a%d APPEND INBOX (\\Seen) {4096+}\r\n" + "x".repeat(4096) + "\r\n");

    private static ByteBuf commands(String command) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < COMMANDS; i++) {
            text.append(command.replace("%d", Integer.toString(i)));
        }
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public void shortCommands(Blackhole hole) throws IOException {
        cut(small, hole);
    }

    @Benchmark
    @OperationsPerInvocation(COMMANDS)
    public void appendsOf4Kib(Blackhole hole) throws IOException {
        cut(appends, hole);
    }

    private static void cut(ByteBuf in, Blackhole hole) throws IOException {
        in.readerIndex(0);
        int cut = 0;
        try (Framing framing = new Framing(LIMITS, Path.of("."))) {
            while (framing.next(in, true) instanceof Framing.Step.Run(CommandFrame frame)) {
                hole.consume(frame.name());
                frame.close();
                cut++;
            }
        }
        if (cut != COMMANDS) {
            throw new IllegalStateException(cut + " commands of " + COMMANDS);
        }
    }
}
