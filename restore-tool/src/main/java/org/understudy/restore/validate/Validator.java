package org.understudy.restore.validate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.source.SourceItem;

/**
 * Validates messages one by one, each in one pass over its bytes whatever its size. Immutable; may be used from several
 * threads at once.
 *
 * <p>The reading within a validation may hold converted bytes of the message (up to 4 MiB): keep findings, not readings.
 */
public final class Validator {
    private final List<Check> checks;

    /** @param checks in the order in which their findings are listed */
    public Validator(List<Check> checks) {
        this.checks = List.copyOf(checks);
    }

    /** All checks that need nothing but the message and what its source says of it. */
    public static Validator standard() {
        return new Validator(List.of(
                new TrustedDigestCheck(),
                new RebuiltCheck(),
                new DkimBodyHashCheck(),
                new DeliveryResultsCheck(),
                new MaildirSizeCheck(),
                new IndexSizeCheck(),
                new Rfc822SizeCheck(),
                new IndexGuidCheck(),
                new OctetsDigestCheck(),
                new ContentLengthCheck(),
                new UidListCheck(),
                new IndexFlagsCheck(),
                new EmptyMessageCheck(),
                new HeaderBlockCheck(),
                new FieldSyntaxCheck(),
                new MimeStructureCheck(),
                new TransferEncodingCheck(),
                new CharacterCheck(),
                new FillRunCheck(),
                new ForeignHeaderCheck(),
                new ForeignTextCheck(),
                new TailCheck(),
                new DatesCheck()));
    }

    public List<Check> checks() {
        return checks;
    }

    /** @throws IOException if the bytes cannot be read; what they hold never throws */
    public Validation validate(SourceItem.Message message) throws IOException {
        return validate(message, null);
    }

    /** The same, showing each line to {@code alongside} in the same pass. */
    public Validation validate(SourceItem.Message message, @Nullable LineSink alongside) throws IOException {
        List<Check.Observer> observers =
                checks.stream().map(check -> check.observe(message)).toList();
        Lines lines = new Lines(observers, alongside);
        MessageReading reading = MessageReader.read(message.content(), lines);
        Scan scan = lines.scan(reading);
        List<Finding> findings = new ArrayList<>();
        for (int i = 0; i < observers.size(); i++) {
            observers.get(i).conclude(scan, new Findings(checks.get(i).name(), findings));
        }
        return new Validation(reading, Grading.verdict(findings), findings);
    }

    /** Shows each line to every observer that wants lines, and to the MIME walk. */
    private static final class Lines implements LineSink {
        private final LineSink[] sinks;
        private final BodyLineSink[] knowing;
        private final LineSink[] others;
        private final MimeWalk walk;
        private final Base64Tail base64Tail = new Base64Tail();
        private @Nullable HeaderBlock header;
        private long bodyOffset;
        private boolean midLine;

        Lines(List<Check.Observer> observers, @Nullable LineSink alongside) {
            List<PartSink> parts = new ArrayList<>();
            List<LineSink> lines = new ArrayList<>();
            parts.add(base64Tail);
            for (Check.Observer observer : observers) {
                if (observer instanceof PartSink sink) {
                    parts.add(sink);
                }
                if (observer instanceof LineSink sink) {
                    lines.add(sink);
                }
            }
            walk = new MimeWalk(parts);
            lines.add(walk);
            if (alongside != null) {
                lines.add(alongside);
            }
            sinks = lines.toArray(LineSink[]::new);
            knowing = lines.stream()
                    .filter(BodyLineSink.class::isInstance)
                    .map(BodyLineSink.class::cast)
                    .toArray(BodyLineSink[]::new);
            others = lines.stream()
                    .filter(sink -> !(sink instanceof BodyLineSink))
                    .toArray(LineSink[]::new);
        }

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            midLine = ending == 0;
            for (LineSink sink : sinks) {
                sink.headerLine(buffer, from, to, ending, offset);
            }
        }

        @Override
        public void headerEnd(HeaderBlock block, long offset) {
            header = block;
            bodyOffset = offset;
            for (LineSink sink : sinks) {
                sink.headerEnd(block, offset);
            }
        }

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
            midLine = ending == 0;
            int kinds = Octets.kinds(buffer, from, to);
            for (BodyLineSink sink : knowing) {
                sink.bodyLine(buffer, from, to, ending, offset, kinds);
            }
            for (LineSink sink : others) {
                sink.bodyLine(buffer, from, to, ending, offset);
            }
        }

        @Override
        public void end(long size) {
            for (LineSink sink : sinks) {
                sink.end(size);
            }
        }

        Scan scan(MessageReading reading) {
            if (header == null) {
                throw new IllegalStateException("the reader gave no header block");
            }
            Scan.Tail tail = new Scan.Tail(midLine, walk.openAtEnd(), base64Tail.cut());
            return new Scan(reading, header, bodyOffset, tail);
        }
    }

    /** Notes whether the last part read is base64 and stops within a group. */
    private static final class Base64Tail implements PartSink {
        private boolean base64;
        private long characters;

        @Override
        public void partBegins(Part part) {
            base64 = part.encoding().equals("base64") && !part.isMultipart();
            characters = 0;
        }

        @Override
        public void partLine(
                Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole, int kinds) {
            if (base64 && Octets.none(kinds, Octets.BLANK | Octets.CONTROL | Octets.HIGH)) {
                characters += to - from;
            } else {
                partLine(part, buffer, from, to, ending, offset, whole);
            }
        }

        @Override
        public void partLine(Part part, byte[] buffer, int from, int to, int ending, long offset, boolean whole) {
            if (!base64) {
                return;
            }
            for (int i = from; i < to; i++) {
                characters += buffer[i] > ' ' ? 1 : 0;
            }
        }

        @Override
        public void partEnds(Part part, long offset) {}

        boolean cut() {
            return base64 && characters % 4 != 0;
        }
    }
}
