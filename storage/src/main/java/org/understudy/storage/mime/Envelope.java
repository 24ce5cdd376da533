package org.understudy.storage.mime;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ENVELOPE of a header block (RFC 9051 section 7.5.2): date, subject, from, sender, reply-to, to, cc, bcc, in-reply-to,
 * message-id. Of texts the first field counts, of addresses all; sender and reply-to are from where they are missing or
 * empty.
 */
final class Envelope {
    private static final String[] NAMES = {
        "date", "subject", "from", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "message-id"
    };
    private static final int FROM = 2;
    private static final int REPLY_TO = 4;
    private static final int BCC = 7;

    private Envelope() {}

    static void write(byte[] header, int length, Octets out) {
        List<List<String>> values = new ArrayList<>(NAMES.length);
        for (int i = 0; i < NAMES.length; i++) {
            values.add(List.of());
        }
        HeaderLines.visit(header, 0, length, (from, nameEnd, value, to) -> {
            for (int i = 0; i < NAMES.length; i++) {
                if (HeaderLines.isNamed(header, from, nameEnd, NAMES[i])) {
                    String text = HeaderLines.unfolded(header, value, to);
                    if (values.get(i).isEmpty()) {
                        values.set(i, List.of(text));
                    } else if (i >= FROM && i <= BCC) {
                        List<String> more = new ArrayList<>(values.get(i));
                        more.add(text);
                        values.set(i, more);
                    }
                    return;
                }
            }
        });
        byte[] sender = addresses(values.get(FROM));
        out.octet('(');
        for (int i = 0; i < NAMES.length; i++) {
            if (i > 0) {
                out.octet(' ');
            }
            if (i < FROM || i > BCC) {
                out.nstring(values.get(i).isEmpty() ? null : values.get(i).getFirst());
            } else {
                byte[] list = i == FROM ? sender : addresses(values.get(i));
                byte[] shown = list == null && i > FROM && i <= REPLY_TO ? sender : list;
                if (shown == null) {
                    out.nil();
                } else {
                    out.octet('(').raw(shown, 0, shown.length).octet(')');
                }
            }
        }
        out.octet(')');
    }

    private static byte @Nullable [] addresses(List<String> values) {
        Octets list = new Octets(64);
        int count = 0;
        for (String value : values) {
            count += Addresses.write(value, list);
        }
        return count == 0 ? null : list.done();
    }
}
