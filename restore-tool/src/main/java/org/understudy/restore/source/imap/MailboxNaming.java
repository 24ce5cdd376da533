package org.understudy.restore.source.imap;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.restore.source.maildir.NameText;

/**
 * Our names for a server's mailboxes: levels between dots, decoded from modified UTF-7 or, from servers that send it, UTF-8.
 * Where all mailboxes lie below INBOX, as Courier and Cyrus have them, that level is left out.
 */
final class MailboxNaming {
    private static final String INBOX = "INBOX";

    private MailboxNaming() {}

    /** In the order given; each has a name of its own. */
    static Map<SpoolBox, String> names(List<SpoolBox> boxes) {
        boolean below = !boxes.isEmpty()
                && boxes.size() > 1
                && boxes.stream()
                        .filter(box -> !box.hasAttribute(SpoolBox.FOREIGN))
                        .map(MailboxNaming::levels)
                        .allMatch(levels -> levels.getFirst().equalsIgnoreCase(INBOX));
        Map<SpoolBox, String> names = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (SpoolBox box : boxes) {
            List<String> levels = levels(box);
            List<String> own = below && levels.size() > 1 ? levels.subList(1, levels.size()) : levels;
            List<String> clean = own.stream().map(NameText::level).toList();
            String wanted =
                    clean.size() == 1 && clean.getFirst().equalsIgnoreCase(INBOX) ? INBOX : String.join(".", clean);
            String unique = wanted;
            for (int n = 2; !taken.add(unique); n++) {
                unique = wanted + "~" + n;
            }
            names.put(box, unique);
        }
        return names;
    }

    private static List<String> levels(SpoolBox box) {
        List<String> levels = new ArrayList<>();
        String name = box.name;
        if (!box.delimiter.isEmpty() && name.endsWith(box.delimiter) && name.length() > box.delimiter.length()) {
            name = name.substring(0, name.length() - box.delimiter.length());
        }
        for (String level :
                box.delimiter.isEmpty() ? new String[] {name} : name.split(Pattern.quote(box.delimiter), -1)) {
            levels.add(decoded(level));
        }
        return levels;
    }

    private static String decoded(String latin) {
        if (latin.chars().allMatch(c -> c < 0x80)) {
            return ModifiedUtf7.decode(latin);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(latin.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            return latin;
        }
    }
}
