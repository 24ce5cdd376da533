package org.understudy.server.search;

/**
 * The text of a message that searches see.
 *
 * @param header what is searched, sorted and threaded by
 * @param fields every field of the header, folded: {@code NAME:value} and a line feed each, the value unfolded, decoded
 *     and without blanks at its ends
 * @param body the text parts, folded, with a line feed between them; what {@link MailReader} says of them
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record MailText(MailHeader header, byte[] fields, byte[] body) {
    /** Whether a field of that name contains the needle; for an empty one, whether there is such a field. */
    static boolean fieldContains(byte[] fields, byte[] name, Needle needle) {
        int line = 0;
        while (line < fields.length) {
            int end = line;
            while (end < fields.length && fields[end] != '\n') {
                end++;
            }
            int value = line + name.length + 1;
            if (value <= end
                    && fields[value - 1] == ':'
                    && starts(fields, line, name)
                    && needle.in(fields, value, end)) {
                return true;
            }
            line = end + 1;
        }
        return false;
    }

    private static boolean starts(byte[] fields, int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            if (fields[at + i] != name[i]) {
                return false;
            }
        }
        return true;
    }
}
