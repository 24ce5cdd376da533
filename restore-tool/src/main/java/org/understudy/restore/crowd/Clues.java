package org.understudy.restore.crowd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** What comparison found, by item. Not thread-safe; closing deletes the files that it lies in. */
public final class Clues implements Closeable {
    private static final int BLOCKS = 5;

    private final FileChannel notes;
    private final Roll roll;
    private final ClueSheet sheet;
    private final LocalUsers users;
    private final boolean whole;

    Clues(FileChannel notes, Roll roll, ClueSheet sheet, LocalUsers users, boolean whole) {
        this.notes = notes;
        this.roll = roll;
        this.sheet = sheet;
        this.users = users;
        this.whole = whole;
    }

    /** How many messages were compared. */
    public long messages() {
        return roll.messages();
    }

    /** Whether the notes could be read to their end. */
    public boolean whole() {
        return whole;
    }

    /** The further findings on one item, at most 5 of blocks. */
    public List<Finding> of(long ordinal) throws IOException {
        List<Finding> findings = new ArrayList<>();
        int blocks = 0;
        for (Clue clue : sheet.of(ordinal)) {
            Roll.Entry about = roll.entry(clue.about());
            Roll.Entry other = roll.entry(clue.other());
            switch (clue.kind()) {
                case BLOCK_SEEN, BLOCK, TAIL_SEEN, TAIL, HEAD_SEEN, HEAD -> {
                    if (blocks++ < BLOCKS) {
                        findings.add(block(clue, about, other));
                    }
                }
                case FILE_COPIED, FILE_SWAPPED -> findings.add(file(clue, about, other));
                case BODY_COPY -> findings.add(copy(clue, other));
                case SAME_ID, SAME_ID_DIFFERS -> findings.add(sameId(clue, about, other));
                case OWNER -> findings.add(owner(about));
            }
        }
        return findings;
    }

    private static Finding block(Clue clue, Roll.Entry about, Roll.Entry other) {
        boolean foreign = !about.mailbox().user().equals(other.mailbox().user());
        boolean seen = switch (clue.kind()) {
            case BLOCK_SEEN, TAIL_SEEN, HEAD_SEEN -> true;
            default -> false;
        };
        String which = switch (clue.kind()) {
            case TAIL_SEEN, TAIL -> "from this sector bound on, it is the rest of ";
            case HEAD_SEEN, HEAD -> "up to this sector bound, it is the beginning of ";
            default -> clue.length() + " octets, from sector bound to sector bound, that also lie in ";
        };
        String seam = seen
                ? "; here it fits badly, and there it fits"
                : "; which of the two is right does not show";
        return new Finding(
                foreign ? Relation.FOREIGN_BLOCK : Relation.SHARED_BLOCK,
                foreign && seen ? Strength.CONTRADICTION : Strength.DOUBT,
                new Place.Octets(clue.offset(), clue.length()),
                which + named(other) + " at octet " + clue.otherOffset() + seam);
    }

    private static Finding file(Clue clue, Roll.Entry about, Roll.Entry other) {
        String what = clue.kind() == Clue.Kind.FILE_COPIED
                ? "the whole file is " + named(other) + ", octet by octet, while its name states "
                        + about.notes().statedSize() + " octets"
                : "exchanged with " + named(other) + ": each of the two has the size that the other's name states, "
                        + about.notes().size() + " and " + other.notes().size() + " octets";
        return new Finding(Relation.FOREIGN_FILE, Strength.CONTRADICTION, new Place.Whole(), what);
    }

    private static Finding copy(Clue clue, Roll.Entry other) {
        return new Finding(
                Relation.COPY_BODY,
                Strength.PROOF,
                new Place.Octets(clue.offset(), clue.length()),
                "the body equals that of " + named(other) + ", which has the same Message-ID and came another way");
    }

    private static Finding sameId(Clue clue, Roll.Entry about, Roll.Entry other) {
        boolean doubt = clue.kind() == Clue.Kind.SAME_ID_DIFFERS;
        String lengths = about.notes().canonicalBody() == other.notes().canonicalBody()
                ? "of the same " + about.notes().canonicalBody() + " octets"
                : "of " + other.notes().canonicalBody() + " octets, not " + about.notes().canonicalBody();
        return new Finding(
                Relation.MESSAGE_ID,
                doubt ? Strength.DOUBT : Strength.NOTE,
                doubt ? new Place.Octets(clue.offset(), clue.length()) : new Place.Header("Message-ID"),
                named(other) + " has the same Message-ID and another body, " + lengths
                        + (doubt ? "; that one is proven" : ""));
    }

    private Finding owner(Roll.Entry about) {
        List<String> others =
                users.others(about.mailbox().user(), about.notes().owners());
        return new Finding(
                Relation.FOREIGN_OWNER,
                Strength.NOTE,
                new Place.Header("Delivered-To"),
                "delivery wrote it for " + String.join(" and ", others) + ", not for "
                        + about.mailbox().user());
    }

    private static String named(Roll.Entry other) {
        SourceMailbox mailbox = other.mailbox();
        return mailbox.user() + " " + mailbox.name() + " (" + other.notes().path() + ")";
    }

    @Override
    public void close() throws IOException {
        try (notes;
                roll) {
            sheet.close();
        }
    }
}
