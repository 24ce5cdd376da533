package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.understudy.server.imap.CommandFrame.Piece;

/**
 * Octets that nobody in their right mind would send: {@code benchmarks/fuzz}. What was found before (the files in {@code
 * src/test/resources}) comes first.
 */
@Tag("unstable") // not among the tests of a build until it has been seen to end in seconds there
final class ImapFuzzTest {
    private static final ImapSettings.Limits LIMITS = new ImapSettings.Limits(8_000, 500, 100, 1, 1, 1);
    private static final int MOST_OCTETS = 20_000;

    private static Path folder;
    private static ImapTestServer server;
    private static ImapTestClient bystander;

    @BeforeAll
    static void start() throws Exception {
        folder = Files.createTempDirectory("understudy-fuzz-");
        server = ImapTestServer.start(folder);
        bystander = server.login("bert");
        bystander.ok("SELECT INBOX");
    }

    @AfterAll
    static void stop() throws Exception {
        bystander.close();
        server.close();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    /** What is made of a stream does not depend on where the network cuts it, and no limit is passed. */
    @FuzzTest(maxDuration = "2m")
    void framingIsTheSameHoweverTheStreamIsCut(byte[] data) throws Exception {
        if (data.length == 0 || data.length > MOST_OCTETS) {
            return;
        }
        List<String> whole = frames(data, data.length);
        if (whole.stream().anyMatch(step -> step.startsWith("refused"))) {
            // Whether a client that was refused has sent more already is seen only when it comes in one piece.
            frames(data, 1 + (data[0] & 0xff));
            return;
        }
        assertThat(frames(data, 1 + (data[0] & 0xff))).isEqualTo(whole);
        assertThat(frames(data, 1)).isEqualTo(whole);
    }

    private static List<String> frames(byte[] data, int size) throws IOException {
        List<String> seen = new ArrayList<>();
        ByteBuf in = Unpooled.buffer();
        try (Framing framing = new Framing(LIMITS, folder)) {
            for (int at = 0; at < data.length; at += size) {
                in.writeBytes(data, at, Math.min(size, data.length - at));
                while (true) {
                    Framing.Step step = framing.next(in, true);
                    if (step instanceof Framing.Step.NeedOctets) {
                        break;
                    } else if (step instanceof Framing.Step.Run(CommandFrame frame)) {
                        seen.add(text(frame));
                        frame.close();
                    } else if (step instanceof Framing.Step.Spool(FileLiteral file, ByteBuf octets)) {
                        try {
                            file.append(octets);
                        } finally {
                            octets.release();
                        }
                    } else if (step instanceof Framing.Step.Refuse(Refusal refusal, boolean end)) {
                        seen.add("refused " + refusal.tag());
                        if (end) {
                            return seen;
                        }
                    }
                }
                assertThat(in.readableBytes()).isLessThanOrEqualTo(LIMITS.lineOctets() + size);
                in.discardReadBytes();
            }
        } finally {
            in.release();
        }
        return seen;
    }

    private static String text(CommandFrame frame) throws IOException {
        StringBuilder text = new StringBuilder(frame.tag()).append('|').append(frame.name());
        int lines = 0;
        for (Piece piece : frame.pieces()) {
            switch (piece) {
                case Piece.Line line -> {
                    lines += line.octets().length;
                    text.append('|').append(new String(line.octets(), StandardCharsets.ISO_8859_1));
                }
                case Piece.Body body -> text.append('|').append(body.literal().size());
            }
        }
        assertThat(lines).as("octets of lines").isLessThanOrEqualTo(LIMITS.lineOctets());
        return text.toString();
    }

    /** A user's connection gets an answer to whatever it sends, or ends; nobody else notices. */
    @FuzzTest(maxDuration = "5m")
    void sessionAnswersOrEndsAndNobodyElseNotices(byte[] data) throws Exception {
        if (data.length > MOST_OCTETS) {
            return;
        }
        try (ImapTestClient client = server.login("anna")) {
            client.ok("SELECT INBOX");
            client.send(data);
            client.send("\r\nDONE\r\nlast LOGOUT\r\n");
            client.finishSending();
            assertThat(client.in().readAllBytes())
                    .asString(StandardCharsets.ISO_8859_1)
                    .doesNotContain("[SERVERBUG]");
        } catch (IOException cutOff) {
            assertThat(server.server().connections()).isPositive(); // the server ended it, which it may
        }
        bystander.ok("NOOP");
    }
}
