package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cutting octets into commands, wherever the network cuts them. */
final class FramingTest {
    private static final ImapSettings.Limits LIMITS = new ImapSettings.Limits(8_000, 500, 100, 1, 1, 1);

    @TempDir
    private Path folder;

    @Test
    void sameCommandsWhereverTheStreamIsSplit() throws Exception {
        String stream = "a1 LOGIN {4}\r\nanna {6+}\r\nsecret\r\na2 NOOP\n"
                + "a3 APPEND INBOX (\\Seen) {150+}\r\n" + "x DELETE INBOX\r\n".repeat(9) + "abcdef\r\n"
                + "a4 SEARCH BODY {0+}\r\n TEXT \"{5}\"\r\n\r\na5 APPEND x {600+}\r\n"
                + "y LOGOUT\r\n".repeat(60) + "\r\na6 FETCH 1 BODY[]\r\na7 X {300}\r\na8 NOOP\r\n";
        List<String> whole = feed(stream, stream.length());
        assertThat(whole)
                .containsExactly(
                        "a1 LOGIN {4}\r\n<anna> {6+}\r\n<secret>\r\n",
                        "a2 NOOP\n",
                        "a3 APPEND INBOX (\\Seen) {150+}\r\n<" + "x DELETE INBOX\r\n".repeat(9) + "abcdef>\r\n",
                        "a4 SEARCH BODY {0+}\r\n<> TEXT \"{5}\"\r\n",
                        "\r\n",
                        "refused a5 NO [TOOBIG]",
                        "a6 FETCH 1 BODY[]\r\n",
                        "refused a7 NO [TOOBIG] and closed");
        String before = stream.substring(0, stream.indexOf("a7"));
        for (int at = 0; at <= before.length(); at++) {
            assertThat(feed(before, at)).as("split at %d", at).isEqualTo(whole.subList(0, 7));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a APPEND INBOX {5 +}\r\n",
                "a APPEND INBOX {+}\r\n",
                "a APPEND INBOX {-5+}\r\n",
                "a APPEND INBOX {5+} \r\n",
                "a APPEND INBOX {5++}\r\n",
                "a APPEND INBOX {9999999999999999999999+}\r\n",
                "a APPEND INBOX {99999999999999+}\r\n",
                "a APPEND INBOX {abc}\r\n",
                "a APPEND INBOX {0x10+}\r\n"
            })
    void unclearAnnouncementsEndTheConnection(String line) throws Exception {
        List<String> steps = feed(line + "x DELETE INBOX\r\n", line.length());
        assertThat(steps).hasSize(1).allMatch(step -> step.startsWith("refused a ") && step.endsWith(" and closed"));
    }

    @ParameterizedTest
    @CsvSource({"100000,false", "9000,true", "8001,false"})
    void longLinesAreReadToTheirEndWithTheirLiterals(int length, boolean literal) throws Exception {
        String line = "a SEARCH TEXT \"" + "q".repeat(length) + "\"";
        String stream = line + (literal ? " {20+}\r\nx DELETE INBOX\r\nabcd\r\n" : "\r\n") + "b NOOP\r\n";
        for (int at : new int[] {10, 7_000, 8_500, stream.length() - 12, stream.length()}) {
            assertThat(feed(stream, Math.min(at, stream.length())))
                    .as("split at %d", at)
                    .containsExactly("refused a BAD", "b NOOP\r\n");
        }
    }

    @Test
    void refusedSynchronizingLiteralLeavesTheNextCommandAlone() throws Exception {
        Framing framing = new Framing(LIMITS, folder);
        ByteBuf in = Unpooled.copiedBuffer("a APPEND x {501}\r\n", StandardCharsets.US_ASCII);
        assertThat(framing.next(in, true)).isInstanceOfSatisfying(Framing.Step.Refuse.class, refuse -> {
            assertThat(new String(refuse.refusal().octets(), StandardCharsets.US_ASCII))
                    .startsWith("a NO [TOOBIG] ");
            assertThat(refuse.end()).isFalse();
        });
        in = Unpooled.copiedBuffer("b NOOP\r\n", StandardCharsets.US_ASCII);
        assertThat(framing.next(in, true)).isInstanceOf(Framing.Step.Run.class);
    }

    /** Feeds {@code stream} in two parts; each step as text, literals in angle brackets. */
    private List<String> feed(String stream, int split) throws IOException {
        Framing framing = new Framing(LIMITS, folder);
        List<String> steps = new ArrayList<>();
        ByteBuf in = Unpooled.buffer();
        for (String part : List.of(stream.substring(0, split), stream.substring(split))) {
            in.writeCharSequence(part, StandardCharsets.ISO_8859_1);
            boolean more = true;
            while (more) {
                switch (framing.next(in, true)) {
                    case Framing.Step.NeedOctets need -> more = false;
                    case Framing.Step.Continue go -> {}
                    case Framing.Step.Spool(FileLiteral file, ByteBuf octets) -> {
                        file.append(octets);
                        octets.release();
                    }
                    case Framing.Step.Run(CommandFrame frame) -> {
                        steps.add(text(frame));
                        frame.close();
                    }
                    case Framing.Step.Refuse(Refusal refusal, boolean end) -> {
                        steps.add("refused " + refusal.tag() + " " + refusal.status() + (end ? " and closed" : ""));
                        if (end) {
                            return steps;
                        }
                    }
                }
            }
        }
        framing.close();
        return steps;
    }

    private static String text(CommandFrame frame) throws IOException {
        StringBuilder text = new StringBuilder();
        for (CommandFrame.Piece piece : frame.pieces()) {
            switch (piece) {
                case CommandFrame.Piece.Line line ->
                    text.append(new String(line.octets(), StandardCharsets.ISO_8859_1));
                case CommandFrame.Piece.Body(var literal) -> {
                    try (InputStream in = literal.getInputStream()) {
                        text.append('<')
                                .append(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                                .append('>');
                    }
                }
            }
        }
        return text.toString();
    }
}
