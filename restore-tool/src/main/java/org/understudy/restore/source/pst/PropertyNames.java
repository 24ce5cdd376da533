package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Ids of properties that have names, which differ from file to file ([MS-PST] section 2.4.7). */
final class PropertyNames {
    private static final int ENTRIES = 0x0003;
    private static final int STRINGS = 0x0004;
    private static final int ENTRY = 8;
    private static final int FIRST_ID = 0x8000;

    private PropertyNames() {}

    /** The id of the one that is named so; 0 if the file has none. */
    static int find(PstFile file, Nodes nodes, String name) throws IOException {
        Optional<Node> node = nodes.find(Node.PROPERTY_NAMES);
        if (node.isEmpty()) {
            return 0;
        }
        byte[] wanted = name.getBytes(StandardCharsets.UTF_16LE);
        Properties properties = Properties.of(file, node.get(), new Damages());
        byte[] entries = properties.binary(ENTRIES).orElse(new byte[0]);
        byte[] strings = properties.binary(STRINGS).orElse(new byte[0]);
        for (int at = 0; at + ENTRY <= entries.length; at += ENTRY) {
            boolean named = (Octets.u16(entries, at + 4) & 1) != 0;
            long string = Octets.u32(entries, at);
            if (named
                    && string + 4 + wanted.length <= strings.length
                    && Octets.u32(strings, (int) string) == wanted.length
                    && java.util.Arrays.equals(
                            strings, (int) string + 4, (int) string + 4 + wanted.length, wanted, 0, wanted.length)) {
                return FIRST_ID + Octets.u16(entries, at + 6);
            }
        }
        return 0;
    }
}
