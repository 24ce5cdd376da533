package org.understudy.restore.validate;

import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Looks whether there is one whole header block: begun by a field, ended by an empty line, with what every header has. */
final class HeaderBlockCheck implements Check {
    @Override
    public String name() {
        return "header-block";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> conclude(scan, findings);
    }

    private static void conclude(Scan scan, Findings findings) {
        HeaderBlock header = scan.header();
        if (scan.reading().rawSize() == 0) {
            return;
        }
        if (header.fields().isEmpty()) {
            findings.add(Strength.DOUBT, new Place.Octets(0, 1), "no header field: the head of the message is missing");
            return;
        }
        boolean sound = true;
        int firstField = header.fields().getFirst().offset();
        boolean envelopeLine = header.startsWithEnvelopeLine();
        int stray = header.strayLines() - (envelopeLine ? 1 : 0);
        if (envelopeLine) {
            findings.add(Strength.NOTE, new Place.Octets(0, firstField), "an mbox separator line precedes the header");
        } else if (firstField > 0) {
            sound = false;
            findings.add(
                    Strength.DOUBT,
                    new Place.Octets(0, firstField),
                    "the header does not begin with a field: its head may be cut off");
            stray--;
        }
        if (stray > 0) {
            sound = false;
            findings.add(
                    Strength.DOUBT,
                    new Place.Octets(Math.max(0, header.lastStray()), 1),
                    stray + " line(s) of the header are neither a field nor the continuation of one");
        }
        if (!header.ended()) {
            sound = false;
            findings.add(
                    Strength.DOUBT,
                    new Place.Octets(scan.reading().rawSize() - 1, 1),
                    "the message ends within its header: no empty line follows");
        }
        int blank = blankContinuation(header);
        if (blank >= 0) {
            findings.add(
                    Strength.NOTE,
                    new Place.Octets(blank, 1),
                    "a field goes on with a line of nothing but blanks, which RFC 5322 forbids");
        }
        List<String> missing = new ArrayList<>();
        for (String name : List.of("From", "Date")) {
            if (header.first(name) == null && !header.cut()) {
                missing.add(name);
            }
        }
        if (!missing.isEmpty()) {
            sound = false;
            findings.add(Strength.DOUBT, new Place.Header(missing.getFirst()), "no " + String.join(", no ", missing));
        }
        for (String name : FieldNames.ONCE) {
            int times = header.all(name).size();
            if (times > 1) {
                sound = false;
                findings.add(Strength.DOUBT, new Place.Header(name), times + " of these, where a message has one");
            }
        }
        if (sound) {
            findings.add(
                    Strength.SUPPORT,
                    new Place.Octets(0, scan.bodyOffset()),
                    header.fields().size() + " fields, one block");
        }
    }

    /** Offset of the first line that is folded and empty but for blanks, or -1. */
    private static int blankContinuation(HeaderBlock header) {
        int line = 0;
        boolean blank = false;
        for (int i = 0; i < header.size(); i++) {
            byte b = header.octet(i);
            if (b == '\n') {
                if (blank) {
                    return line;
                }
                line = i + 1;
                blank = false;
            } else if (b == ' ' || b == '\t') {
                blank |= i == line;
            } else if (b != '\r') {
                blank = false;
            }
        }
        return -1;
    }
}
