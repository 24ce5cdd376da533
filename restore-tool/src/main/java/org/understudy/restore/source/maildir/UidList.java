package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ReadFailure;

/**
 * UIDs of one mailbox by file: Dovecot's {@code dovecot-uidlist} or Courier's {@code courierimapuiddb}.
 *
 * <p>Version 1: {@code 1 <uidvalidity> <nextuid>}, then {@code <uid> <base>} a line. Version 3: {@code 3 V<uidvalidity>
 * N<nextuid> G<guid>}, then {@code <uid> [<letter><value>]... :<base>}, of whose letters {@code S} and {@code W} state
 * the size as stored and with CRLF. The base is the file's name up to its flags. Dovecot leaves the entries of expunged
 * messages until they are a quarter of the list, and only then writes it anew.
 */
final class UidList {
    /** Stands for no list. */
    static final UidList NONE = new UidList();

    /**
     * @param size octets as stored, or -1
     * @param virtualSize octets with CRLF, or -1
     */
    record Entry(long uid, long size, long virtualSize) {}

    private final Map<String, Entry> byBase = new HashMap<>();

    /** UIDs seen, from the first on that did not ascend as they do in every sound list; null till then. */
    private @Nullable Set<Long> uids;

    /** Base by what stands before its sizes, empty where several share it; made when first needed. */
    private @Nullable Map<String, String> baseByUnique;

    private long highestUid;
    private long uidValidity;
    private int lineNumber;
    private int badLines;
    private int firstBadLine;
    private String failure = "";

    private UidList() {}

    /** Reads a list; what cannot be read of it is told by {@link #condition()}. */
    static UidList read(Path file) {
        UidList list = new UidList();
        try {
            ControlFile.lines(file, list::line);
        } catch (IOException e) {
            list.failure = "could not be read: " + ReadFailure.words(e);
        }
        return list;
    }

    /** UIDVALIDITY, or 0 if it is not known. */
    long uidValidity() {
        return uidValidity;
    }

    int size() {
        return byBase.size();
    }

    /** Entries with the names that they are of, in no order. */
    void each(BiConsumer<String, Entry> to) {
        byBase.forEach(to);
    }

    /**
     * The entry of a file. Sizes within names are part of the base; a file whose name differs from an entry's only by
     * them is that entry's, if no other shares the part before.
     */
    @Nullable
    Entry find(MaildirFileName name) {
        Entry exact = byBase.get(name.base());
        if (exact != null) {
            return exact;
        }
        String base = byUnique().get(name.unique());
        return base == null || base.isEmpty() ? null : byBase.get(base);
    }

    private Map<String, String> byUnique() {
        Map<String, String> map = baseByUnique;
        if (map == null) {
            map = new HashMap<>();
            for (String base : byBase.keySet()) {
                map.merge(MaildirFileName.parse(base).unique(), base, (one, other) -> "");
            }
            baseByUnique = map;
        }
        return map;
    }

    private boolean isNew(long uid) {
        if (uids == null && uid > highestUid) {
            highestUid = uid;
            return true;
        }
        Set<Long> seen = uids;
        if (seen == null) {
            seen = new HashSet<>();
            for (Entry entry : byBase.values()) {
                seen.add(entry.uid());
            }
            uids = seen;
        }
        return seen.add(uid);
    }

    /** What is wrong with the list in words that go on a sentence, or the empty text. */
    String condition() {
        if (!failure.isEmpty()) {
            return failure;
        }
        if (badLines > 0) {
            return "%,d of its %,d lines cannot be read, the first is line %,d; their messages come without UID"
                    .formatted(badLines, lineNumber, firstBadLine);
        }
        return "";
    }

    private void line(String line) {
        lineNumber++;
        boolean good = lineNumber == 1 ? header(line) : entry(line);
        if (!good) {
            badLines++;
            if (firstBadLine == 0) {
                firstBadLine = lineNumber;
            }
        }
    }

    private boolean header(String line) {
        String[] words = line.split(" ");
        if (words.length >= 3 && words[0].equals("1")) {
            uidValidity = unsigned32(words[1]);
            return uidValidity > 0;
        }
        if (words[0].equals("2") || words[0].equals("3")) {
            for (int i = 1; i < words.length; i++) {
                if (words[i].startsWith("V")) {
                    uidValidity = unsigned32(words[i].substring(1));
                }
            }
        }
        return uidValidity > 0;
    }

    private boolean entry(String line) {
        int space = line.indexOf(' ');
        if (space < 1) {
            return false;
        }
        long uid = unsigned32(line.substring(0, space));
        long size = -1;
        long virtualSize = -1;
        String base = line.substring(space + 1);
        int colon = base.startsWith(":") ? 0 : base.indexOf(" :");
        if (colon >= 0) {
            for (String word : base.substring(0, colon).split(" ")) {
                if (word.startsWith("S")) {
                    size = unsigned32(word.substring(1));
                } else if (word.startsWith("W")) {
                    virtualSize = unsigned32(word.substring(1));
                }
            }
            base = base.substring(colon == 0 ? 1 : colon + 2);
        }
        MaildirFileName name = MaildirFileName.parse(base);
        if (uid < 1 || name.base().isEmpty() || name.base().indexOf('\0') >= 0 || !isNew(uid)) {
            return false;
        }
        if (byBase.putIfAbsent(name.base(), new Entry(uid, size, virtualSize)) != null) {
            return false;
        }
        return true;
    }

    /** The number, or -1 if the text is none from 0 to 2^32-1. */
    private static long unsigned32(String digits) {
        if (digits.isEmpty() || digits.length() > 10) {
            return -1;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return -1;
            }
        }
        long value = Long.parseLong(digits);
        return value <= 0xffff_ffffL ? value : -1;
    }
}
