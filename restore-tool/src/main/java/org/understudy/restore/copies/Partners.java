package org.understudy.restore.copies;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.inspect.Inspected;

/** Finds the copies of one message in one other source: by its place, by its bytes, and at last by its header. */
final class Partners {
    private final CopyIndex index;
    private final String name;

    /** @param name of the source, for people */
    Partners(CopyIndex index, String name) {
        this.index = index;
        this.name = name;
    }

    CopyIndex index() {
        return index;
    }

    String name() {
        return name;
    }

    private record Match(CopyIndex.Found found, Identity.Key by) {
        CopyEntry entry() {
            return found.entry();
        }

        Match only() {
            return new Match(found, Identity.Key.ANYONES_DIGEST);
        }
    }

    /**
     * The copies of a message: the one in the same place, and one of the same bytes elsewhere if that one differs; else
     * one of the same bytes; else one of the same Message-ID and Date. One of the same bytes that lies there as another
     * message or in another user's mail comes as {@link Identity.Key#ANYONES_DIGEST}.
     */
    List<Copy> of(CopyEntry entry) throws IOException {
        Optional<Match> place = place(entry);
        Optional<Match> equal = best(entry, Identity.Key.DIGEST);
        List<Match> matches = new ArrayList<>();
        if (place.isPresent()) {
            matches.add(place.get());
            if (place.get().by() != Identity.Key.DIGEST && equal.isPresent()) {
                matches.add(sameMessage(place.get().entry(), equal.get().entry()) ? equal.get() : equal.get().only());
            }
        } else if (equal.isPresent()) {
            matches.add(equal.get());
        } else {
            best(entry, Identity.Key.MESSAGE_ID).ifPresent(matches::add);
        }
        if (equal.isEmpty()) {
            best(entry, Identity.Key.ANYONES_DIGEST).ifPresent(matches::add);
        }
        return matches.stream()
                .map(match ->
                        new Copy(match.entry(), match.found().number(), match.by(), name, index.source()))
                .toList();
    }

    /**
     * Notes in the index which messages an earlier source holds.
     *
     * @param copies of one message, the first from an earlier source
     */
    void hold(List<Copy> copies) throws IOException {
        boolean misplaced = false;
        for (Copy copy : copies.subList(1, copies.size())) {
            if (copy.source() != index.source()) {
                continue;
            }
            if (copy.by() == Identity.Key.ANYONES_DIGEST) {
                misplaced = true;
            } else {
                index.hold(copy.number());
            }
        }
        if (!misplaced) {
            index.holdEqual(copies.getFirst().entry());
        }
    }

    /** The copy in the same place; by {@code DIGEST} if its bytes are the same too. */
    private Optional<Match> place(CopyEntry entry) throws IOException {
        Optional<Match> differing = Optional.empty();
        for (Identity.Key key : List.of(Identity.Key.UID, Identity.Key.FILE_NAME)) {
            Optional<Match> match = best(entry, key);
            if (match.isPresent() && Identity.same(entry, match.get().entry(), Identity.Key.DIGEST)) {
                return Optional.of(new Match(match.get().found(), Identity.Key.DIGEST));
            }
            differing = differing.or(() -> match);
        }
        return differing;
    }

    /** Of those that agree in a key the one that is likest: same bytes, same mailbox, same arrival, nearest in size. */
    private Optional<Match> best(CopyEntry entry, Identity.Key key) throws IOException {
        Comparator<CopyIndex.Found> likest = Comparator.comparing(
                        (CopyIndex.Found found) -> !Identity.same(entry, found.entry(), Identity.Key.DIGEST))
                .thenComparing(found -> !found.entry().mailbox().equals(entry.mailbox()))
                .thenComparing(found -> !sameArrival(entry, found.entry()))
                .thenComparing(found -> distance(entry, found.entry()))
                .thenComparing(CopyIndex.Found::number);
        return index.find(entry, key).stream().min(likest).map(found -> new Match(found, key));
    }

    /** Whether both arrived in the same second, by the dates that their sources keep. */
    static boolean sameArrival(CopyEntry one, CopyEntry other) {
        Inspected.Message a = one.message();
        Inspected.Message b = other.message();
        return a != null
                && b != null
                && a.internalDate().getEpochSecond() == b.internalDate().getEpochSecond();
    }

    private static boolean sameMessage(CopyEntry one, CopyEntry other) {
        Inspected.Message a = one.message();
        Inspected.Message b = other.message();
        return a != null && b != null && a.messageId().equals(b.messageId());
    }

    private static long distance(CopyEntry one, CopyEntry other) {
        Inspected.Message a = one.message();
        Inspected.Message b = other.message();
        return a == null || b == null ? Long.MAX_VALUE : Math.abs(a.size() - b.size());
    }
}
