package org.understudy.restore.message;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.james.mime4j.dom.address.Mailbox;
import org.apache.james.mime4j.field.address.LenientAddressParser;

/** Who a message says it is from. What a header says proves nothing; this is for finding mail, not for trusting it. */
public final class SenderAddresses {
    /** The empty return path of a bounce (RFC 5321 section 4.5.5). */
    public static final String NOBODY = "<>";

    private static final List<String> FIELDS = List.of("From", "Sender", "Return-Path");
    private static final int LONGEST_HEADER = 256 << 10;
    private static final int LONGEST_FIELD = 16 << 10;

    private SenderAddresses() {}

    /**
     * The addresses of From, Sender and Return-Path (RFC 5322 section 3.6), lower case, without names; {@link #NOBODY}
     * for an empty return path. A field that is no address list gives what can be read of it.
     *
     * @param message from its first octet; read to the end of the header block, of 256 KiB at most
     */
    public static SortedSet<String> of(InputStream message) throws IOException {
        HeaderBlock header = header(message);
        SortedSet<String> addresses = new TreeSet<>();
        for (String name : FIELDS) {
            for (HeaderBlock.Field field : header.all(name)) {
                String value = header.value(field, LONGEST_FIELD);
                if (value.equals(NOBODY)) {
                    addresses.add(NOBODY);
                    continue;
                }
                for (Mailbox mailbox :
                        LenientAddressParser.DEFAULT.parseAddressList(value).flatten()) {
                    addresses.add(mailbox.getAddress().strip().toLowerCase(Locale.ROOT));
                }
            }
        }
        addresses.remove("");
        return addresses;
    }

    private static HeaderBlock header(InputStream message) throws IOException {
        byte[] bytes = message.readNBytes(LONGEST_HEADER);
        HeaderBlock.Collector lines = new HeaderBlock.Collector(LONGEST_HEADER);
        int line = 0;
        while (line < bytes.length) {
            int end = line;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int ending = end < bytes.length ? 1 : 0;
            boolean empty = end == line || (end == line + 1 && bytes[line] == '\r');
            if (empty) {
                return lines.finish(true);
            }
            lines.add(bytes, line, end, ending);
            line = end + ending;
        }
        return lines.finish(false);
    }
}
