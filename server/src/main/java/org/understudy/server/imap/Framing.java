package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.CommandFrame.Piece;

/**
 * Cuts a client's octets into whole commands. It does no input or output: it says what to do next. For one thread.
 *
 * <p>A command that is too large is still read to its end, its literals as literals, so that no part of it can pass for
 * the next command. Only where that end cannot be known does a refusal ask to close the connection.
 */
final class Framing implements Closeable {
    private static final int SPOOL_OCTETS = 64 << 10;
    private static final byte LF = '\n';

    /** What the connection has to do before it asks again. */
    sealed interface Step {
        /** Read more octets. */
        record NeedOctets() implements Step {}

        /** Tell the client to send its literal. */
        record Continue() implements Step {}

        /** Write {@code octets}, which the receiver releases, to {@code file}, away from the event loop. */
        record Spool(FileLiteral file, ByteBuf octets) implements Step {}

        /** Run a command; the receiver closes it. */
        record Run(CommandFrame frame) implements Step {}

        /** Send a refusal, and close the connection if {@code end}. */
        record Refuse(Refusal refusal, boolean end) implements Step {}
    }

    private final ImapSettings.Limits limits;
    private final Path spoolFolder;
    private final List<Piece> pieces = new ArrayList<>();
    private String tag = CommandFrame.NO_TAG;
    private boolean takesMessage;
    private int lineOctets;
    private int heapOctets;
    private int scanned;
    private byte @Nullable [] heap;
    private int heapFilled;
    private @Nullable FileLiteral file;
    private long fileMissing;
    private long skip;
    private @Nullable Refusal refusal;

    Framing(ImapSettings.Limits limits, Path spoolFolder) {
        this.limits = limits;
        this.spoolFolder = spoolFolder;
    }

    /** Whether no part of a command has been taken from the client yet. */
    boolean betweenCommands() {
        return pieces.isEmpty() && refusal == null;
    }

    /**
     * Takes octets from {@code in} and says what to do next.
     *
     * @param authenticated whether messages may be sent
     */
    Step next(ByteBuf in, boolean authenticated) {
        while (true) {
            if (skip > 0) {
                int count = (int) Math.min(skip, in.readableBytes());
                in.skipBytes(count);
                skip -= count;
                if (skip > 0) {
                    return new Step.NeedOctets();
                }
            } else if (heap != null) {
                int count = Math.min(heap.length - heapFilled, in.readableBytes());
                in.readBytes(heap, heapFilled, count);
                heapFilled += count;
                if (heapFilled < heap.length) {
                    return new Step.NeedOctets();
                }
                pieces.add(new Piece.Body(new HeapLiteral(heap)));
                heap = null;
            } else if (file != null) {
                if (fileMissing > 0) {
                    int count = (int) Math.min(Math.min(fileMissing, SPOOL_OCTETS), in.readableBytes());
                    if (count == 0) {
                        return new Step.NeedOctets();
                    }
                    fileMissing -= count;
                    return new Step.Spool(file, in.readRetainedSlice(count));
                }
                pieces.add(new Piece.Body(file));
                file = null;
            } else {
                Step step = line(in, authenticated);
                if (step != null) {
                    return step;
                }
            }
        }
    }

    /**
     * One line outside of any command, as IDLE and AUTHENTICATE want it, without its line end.
     *
     * @return null when the line is not complete yet
     * @throws TooLongLineException if it is longer than the limit
     */
    byte @Nullable [] continuationLine(ByteBuf in) throws TooLongLineException {
        int end = lineEnd(in);
        if (end < 0) {
            if (in.readableBytes() > limits.lineOctets()) {
                throw new TooLongLineException();
            }
            return null;
        }
        byte[] line = ByteBufUtil.getBytes(in.readSlice(end));
        int length = line.length - 1;
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return Arrays.copyOf(line, length);
    }

    /** A line outside of commands that has no end within the limit. */
    static final class TooLongLineException extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** The file of a literal could not be written: the command is read to its end and refused. */
    void refuseSpooled(String text) {
        if (file != null) {
            skip = fileMissing;
            fileMissing = 0;
            file = null;
        }
        refuse("NO [UNAVAILABLE]", text);
    }

    /** @return null to go on with what is left in {@code in} */
    private @Nullable Step line(ByteBuf in, boolean authenticated) {
        int end = lineEnd(in);
        if (refusal == null && lineOctets + (end < 0 ? in.readableBytes() : end) > limits.lineOctets()) {
            if (pieces.isEmpty()) {
                tag = CommandFrame.tag(ByteBufUtil.getBytes(in, in.readerIndex(), Math.min(512, in.readableBytes())));
            }
            refuse("BAD", "The command is longer than " + limits.lineOctets() + " octets.");
        }
        if (end < 0) {
            if (refusal != null && in.readableBytes() > Announcement.TAIL) {
                in.skipBytes(in.readableBytes() - Announcement.TAIL);
                scanned = in.readableBytes();
            }
            return new Step.NeedOctets();
        }
        if (refusal != null) {
            int tail = Math.min(end, Announcement.TAIL);
            in.skipBytes(end - tail);
            return refused(refusal, Announcement.of(ByteBufUtil.getBytes(in.readSlice(tail))), in);
        }
        byte[] line = ByteBufUtil.getBytes(in.readSlice(end));
        if (pieces.isEmpty()) {
            tag = CommandFrame.tag(line);
            String name = CommandFrame.name(line);
            takesMessage =
                    authenticated && (name.equals("APPEND") || name.equals("REPLACE") || name.equals("UID REPLACE"));
        }
        pieces.add(new Piece.Line(line));
        lineOctets += line.length;
        return switch (Announcement.of(line)) {
            case Announcement.None none -> {
                CommandFrame frame = new CommandFrame(pieces);
                reset();
                yield new Step.Run(frame);
            }
            case Announcement.Unclear unclear -> {
                Refusal why = refuse("BAD", "The announcement of a literal is not understood.");
                yield refused(why, unclear, in);
            }
            case Announcement.Size size -> literal(size, in);
        };
    }

    private @Nullable Step literal(Announcement.Size size, ByteBuf in) {
        boolean fitsHeap = size.octets() <= limits.heapOctets() - heapOctets;
        if (!fitsHeap && !(takesMessage && size.octets() <= limits.messageOctets())) {
            long limit = takesMessage ? limits.messageOctets() : limits.heapOctets();
            return refused(
                    refuse(
                            "NO [TOOBIG]",
                            "A literal of " + size.octets() + " octets is more than the " + limit + " allowed here."),
                    size,
                    in);
        }
        if (fitsHeap) {
            heap = new byte[(int) size.octets()];
            heapFilled = 0;
            heapOctets += heap.length;
        } else {
            file = new FileLiteral(spoolFolder, size.octets());
            fileMissing = size.octets();
        }
        return size.synchronizing() ? new Step.Continue() : null;
    }

    private @Nullable Step refused(Refusal why, Announcement announcement, ByteBuf in) {
        boolean over;
        boolean end;
        switch (announcement) {
            case Announcement.None none -> {
                over = true;
                end = false;
            }
            case Announcement.Unclear unclear -> {
                over = true;
                end = true;
            }
            case Announcement.Size size
            when size.synchronizing() -> {
                // The client waits for a reply. One that has sent more did not wait, so that is not a command.
                over = true;
                end = in.isReadable();
            }
            case Announcement.Size size -> {
                over = size.octets() > 2 * limits.messageOctets();
                end = over;
                skip = over ? 0 : size.octets();
            }
        }
        if (!over) {
            return null;
        }
        discardPieces();
        reset();
        return new Step.Refuse(why, end);
    }

    private Refusal refuse(String status, String text) {
        Refusal why = new Refusal(tag, status, text);
        refusal = why;
        return why;
    }

    /** @return octets up to and including LF, or -1 when there is none yet */
    private int lineEnd(ByteBuf in) {
        int from = in.readerIndex() + Math.min(scanned, in.readableBytes());
        int at = in.indexOf(from, in.writerIndex(), LF);
        scanned = at < 0 ? in.readableBytes() : 0;
        return at < 0 ? -1 : at - in.readerIndex() + 1;
    }

    private void reset() {
        pieces.clear();
        tag = CommandFrame.NO_TAG;
        takesMessage = false;
        lineOctets = 0;
        heapOctets = 0;
        scanned = 0;
        refusal = null;
    }

    private void discardPieces() {
        try {
            new CommandFrame(pieces).close();
        } catch (IOException e) {
            throw new IllegalStateException("a file without name cannot be closed", e);
        }
    }

    /** Gives up what has been taken of an unfinished command. */
    @Override
    public void close() throws IOException {
        heap = null;
        FileLiteral open = file;
        file = null;
        if (open != null) {
            open.close();
        }
        discardPieces();
        reset();
    }
}
