package org.understudy.restore.copies;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Judgement.Heard;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;

/**
 * Hears the copies of one message and judges each, in a fixed order of rules, so that the same copies always lead to the
 * same judgement.
 *
 * <ol>
 *   <li>Bytes are proven if a copy with those bytes is proven by its own source's record, or if two independent copies have
 *       them and nothing speaks against any copy that has them. The others of those bytes are proven by that.
 *   <li>A copy that differs from proven bytes in the same place is contradicted; in another place it is doubted.
 *   <li>Where nothing is proven, the worse copy is doubted; if both are sound by themselves, both are.
 *   <li>Copies that differ only in what mail systems add on the way support each other.
 *   <li>A copy that was rebuilt (from an Outlook data file) is never proven, and that it differs from one that was not says
 *       nothing of either; of two as good, the one that was not rebuilt is the best.
 * </ol>
 */
final class Jury {
    /** Name of the findings. */
    static final String CHECK = "independent-copy";

    /** How the words of a proof begin. */
    static final String EQUALS = "SHA-256 equals that of ";

    private final List<Copy> copies;
    private final Map<Digest, List<Copy>> variants = new LinkedHashMap<>();
    private final Map<Digest, Copy> proven = new HashMap<>();
    private final Map<Copy, List<Finding>> findings = new HashMap<>();
    private final Map<List<Copy>, Optional<Difference>> differences = new HashMap<>();
    private boolean differing;

    private Jury(List<Copy> copies) {
        this.copies = List.copyOf(copies);
        for (Copy copy : copies) {
            findings.put(copy, new ArrayList<>());
            Inspected.Message message = copy.entry().message();
            if (message != null && copy.candidate()) {
                variants.computeIfAbsent(message.digest(), digest -> new ArrayList<>())
                        .add(copy);
            }
        }
    }

    /**
     * Judges; copies that turn out to be of another delivery are left out.
     *
     * @param copies the one that is asked about first
     */
    static Judgement judge(List<Copy> copies) {
        return new Jury(ofOneMessage(copies)).judge();
    }

    /**
     * Leaves out what only has the same Message-ID and Date, and came by another delivery with another body (a list's copy
     * beside the direct one). If something speaks against the first copy, it stays: its header may be what is damaged.
     */
    static List<Copy> ofOneMessage(List<Copy> copies) {
        Copy first = copies.getFirst();
        if (!sound(first.entry().verdict())) {
            return copies;
        }
        return copies.stream()
                .filter(copy -> copy.by() != Identity.Key.MESSAGE_ID
                        || read(first, copy)
                                .map(difference -> difference.oneDelivery() || difference.onlyInTransit())
                                .orElse(true))
                .toList();
    }

    private Judgement judge() {
        variants.forEach((digest, same) -> prover(same).ifPresent(by -> proven.put(digest, by)));
        for (Map.Entry<Digest, List<Copy>> variant : variants.entrySet()) {
            for (Copy copy : variant.getValue()) {
                hearEqual(copy, variant.getValue());
                for (Map.Entry<Digest, List<Copy>> rival : variants.entrySet()) {
                    if (!rival.getKey().equals(variant.getKey())) {
                        hearRival(copy, variant.getKey(), rival.getKey());
                    }
                }
            }
        }
        for (Copy copy : copies) {
            if (copy.by() == Identity.Key.ANYONES_DIGEST) {
                hearStranger(copy);
            }
        }
        List<Heard> heard = copies.stream().map(this::heard).toList();
        int best = best(heard);
        return new Judgement(heard, best, why(heard, best), relation());
    }

    /** A copy that proves the bytes of all that have them. */
    private static Optional<Copy> prover(List<Copy> same) {
        Optional<Copy> trusted = same.stream()
                .filter(copy -> copy.entry().verdict() == Verdict.PROVEN)
                .findFirst();
        boolean clean = same.stream().allMatch(copy -> copy.entry().verdict() == Verdict.CONSISTENT);
        if (trusted.isPresent() || !clean) {
            return trusted;
        }
        return same.stream()
                .filter(copy ->
                        !copy.entry().rebuilt() && independentOf(copy, same).isPresent())
                .findFirst();
    }

    private static Optional<Copy> independentOf(Copy copy, List<Copy> same) {
        return same.stream()
                .filter(other -> !other.equals(copy) && CopyReader.independent(copy, other))
                .findFirst();
    }

    private void hearEqual(Copy copy, List<Copy> same) {
        if (same.size() == 1) {
            return;
        }
        Copy prover = proven.get(digest(copy));
        if (prover != null && prover.entry().verdict() == Verdict.PROVEN) {
            if (!prover.equals(copy)) {
                add(copy, Strength.PROOF, EQUALS + prover.placeFrom(copy) + ", which is proven there");
            }
            return;
        }
        Optional<Copy> other = independentOf(copy, same);
        if (prover != null && other.isPresent()) {
            add(
                    copy,
                    Strength.PROOF,
                    EQUALS + other.get().placeFrom(copy)
                            + ", an independent copy: neither has changed since they parted");
        } else if (other.isPresent()) {
            add(
                    copy,
                    Strength.SUPPORT,
                    EQUALS + other.get().placeFrom(copy)
                            + "; what speaks against one speaks against both, for it may be older than both");
        } else {
            Copy twin = same.getFirst().equals(copy) ? same.get(1) : same.getFirst();
            add(
                    copy,
                    Strength.NOTE,
                    twin.placeFrom(copy) + " is not an independent one (the same file, or of the same"
                            + " repository), so that it is equal proves nothing");
        }
    }

    private void hearRival(Copy copy, Digest own, Digest rivals) {
        List<Copy> variant = variants.getOrDefault(rivals, List.of());
        Copy prover = proven.get(rivals);
        Copy rival = prover == null ? variant.getFirst() : prover;
        if (copy.entry().rebuilt() != rival.entry().rebuilt()) {
            add(
                    copy,
                    Strength.NOTE,
                    copy.entry().rebuilt()
                            ? rival.placeFrom(copy) + " is a copy as it was stored; this one was rebuilt"
                            : rival.placeFrom(copy) + " was rebuilt, so that it differs says nothing of this one");
            return;
        }
        Optional<Difference> difference = difference(copy, rival);
        boolean certain = certain(copy) && certain(rival);
        if (difference.isPresent() && difference.get().onlyInTransit()) {
            add(
                    copy,
                    Strength.SUPPORT,
                    rival.placeFrom(copy)
                            + " has the same body, and the same header but for lines that mail systems add");
            return;
        }
        boolean clean = sound(copy.entry().verdict());
        if (!certain && clean && difference.isPresent() && !difference.get().oneDelivery()) {
            add(
                    copy,
                    Strength.NOTE,
                    rival.placeFrom(copy)
                            + " has the same Message-ID and Date, and came by another delivery; it says nothing of"
                            + " this one");
            return;
        }
        differing = differing || copy.equals(copies.getFirst()) || rival.equals(copies.getFirst());
        String words =
                rival.placeFrom(copy) + " " + difference.map(Difference::words).orElse("differs");
        if (proven.containsKey(own)) {
            add(copy, Strength.NOTE, words + "; it is " + rival.entry().grade() + " by itself, this one is proven");
        } else if (prover != null) {
            add(
                    copy,
                    certain || (difference.isPresent() && difference.get().oneDelivery())
                            ? Strength.CONTRADICTION
                            : Strength.DOUBT,
                    words + ", and is proven");
        } else {
            hearUnproven(copy, worst(variant), words);
        }
    }

    private void hearUnproven(Copy copy, Verdict rival, String words) {
        Verdict own =
                copy.entry().verdict() == null ? Verdict.DAMAGED : copy.entry().verdict();
        boolean misplacedFirst = !copy.equals(copies.getFirst()) && misplaced();
        if (misplacedFirst || rival.compareTo(own) > 0) {
            add(copy, Strength.NOTE, words + "; it is " + (misplacedFirst ? "another message" : rival.word()));
        } else if (sound(own)) {
            add(copy, Strength.DOUBT, words + "; each is sound by itself, and nothing tells which is the stored one");
        } else {
            add(copy, rival == own ? Strength.NOTE : Strength.DOUBT, words + "; it is " + rival.word() + " by itself");
        }
    }

    /** The same bytes as another message, or in another user's mail. */
    private void hearStranger(Copy stranger) {
        Copy first = copies.getFirst();
        if (misplaced()) {
            add(
                    first,
                    Strength.DOUBT,
                    "these are the bytes of " + stranger.place() + ", and in this message's place there lie others");
        } else {
            add(
                    first,
                    Strength.SUPPORT,
                    "the same bytes lie in mail of user "
                            + stranger.entry().mailbox().user() + ", " + stranger.place());
        }
    }

    /** Whether the first copy has the bytes of one message in the place of another. */
    private boolean misplaced() {
        return copies.stream().anyMatch(copy -> copy.by() == Identity.Key.ANYONES_DIGEST)
                && copies.stream().skip(1).anyMatch(copy -> copy.candidate() && certain(copy) && !equalsFirst(copy));
    }

    private boolean equalsFirst(Copy copy) {
        Inspected.Message first = copies.getFirst().entry().message();
        return first != null && digest(copy).equals(first.digest());
    }

    private Optional<Difference> difference(Copy one, Copy other) {
        Optional<Difference> turned = differences.get(List.of(other, one));
        if (turned != null) {
            return turned.map(Difference::turned);
        }
        return differences.computeIfAbsent(List.of(one, other), pair -> read(one, other));
    }

    /** Nothing if one of both cannot be read any more; that they differ is known by their digests. */
    private static Optional<Difference> read(Copy one, Copy other) {
        try {
            Difference difference = Difference.between(one.content(), other.content());
            boolean together = certain(one) && certain(other) || Partners.sameArrival(one.entry(), other.entry());
            return Optional.of(together ? difference.ofOneDelivery() : difference);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean certain(Copy copy) {
        return switch (copy.by()) {
            case DIGEST, UID, FILE_NAME -> true;
            case MESSAGE_ID, ANYONES_DIGEST -> false;
        };
    }

    private static boolean sound(@Nullable Verdict verdict) {
        return verdict == Verdict.PROVEN || verdict == Verdict.CONSISTENT;
    }

    private static Verdict worst(List<Copy> variant) {
        return variant.stream()
                .map(copy -> copy.entry().verdict())
                .filter(Objects::nonNull)
                .max(Comparator.naturalOrder())
                .orElse(Verdict.DAMAGED);
    }

    private static Digest digest(Copy copy) {
        Inspected.Message message = copy.entry().message();
        if (message == null) {
            throw new IllegalArgumentException(copy.place() + " cannot be read and has no digest");
        }
        return message.digest();
    }

    private void add(Copy copy, Strength strength, String what) {
        findings.computeIfAbsent(copy, none -> new ArrayList<>())
                .add(new Finding(CHECK, strength, new Finding.Place.Whole(), what));
    }

    private Heard heard(Copy copy) {
        List<Finding> more = findings.getOrDefault(copy, List.of());
        return new Heard(copy, verdict(copy.entry(), more), more);
    }

    /** As grading draws it: a differing trusted digest, then a proof of the whole, then contradictions, then doubts. */
    private static @Nullable Verdict verdict(CopyEntry entry, List<Finding> more) {
        Verdict own = entry.verdict();
        if (own == null || own == Verdict.PROVEN || entry.contradictedByOwnRecord()) {
            return own;
        }
        if (has(more, Strength.PROOF) && !entry.rebuilt()) {
            return Verdict.PROVEN;
        }
        if (own == Verdict.DAMAGED || has(more, Strength.CONTRADICTION)) {
            return Verdict.DAMAGED;
        }
        return has(more, Strength.DOUBT) ? Verdict.SUSPECT : own;
    }

    private static boolean has(List<Finding> findings, Strength strength) {
        return findings.stream().anyMatch(finding -> finding.strength() == strength);
    }

    /** Proven before consistent before suspect before damaged; then what was proven and supported; then the main source. */
    private int best(List<Heard> heard) {
        Comparator<Heard> order = Comparator.comparingInt(Jury::rank)
                .thenComparing(one -> one.copy().entry().rebuilt())
                .thenComparingLong(one -> -weight(one, heard));
        int best = 0;
        for (int i = 1; i < heard.size(); i++) {
            Heard one = heard.get(i);
            if (one.copy().candidate() && order.compare(one, heard.get(best)) < 0) {
                best = i;
            }
        }
        return best;
    }

    private static int rank(Heard one) {
        return switch (one.verdict()) {
            case PROVEN -> 0;
            case CONSISTENT -> 1;
            case SUSPECT -> 2;
            case DAMAGED -> 3;
            case null -> 4;
        };
    }

    /** Proofs, then supports, of all copies that have the same bytes: among those the first is as good as any. */
    private static long weight(Heard one, List<Heard> heard) {
        return heard.stream()
                .filter(other -> other.copy().candidate()
                        && one.copy().candidate()
                        && digest(other.copy()).equals(digest(one.copy())))
                .mapToLong(other -> 1_000 * count(other, Strength.PROOF) + count(other, Strength.SUPPORT))
                .max()
                .orElse(0);
    }

    private static long count(Heard one, Strength strength) {
        return one.copy().entry().count(strength)
                + one.findings().stream()
                        .filter(finding -> finding.strength() == strength)
                        .count();
    }

    private Judgement.Relation relation() {
        boolean others = copies.stream().skip(1).anyMatch(Copy::candidate);
        if (!others) {
            return Judgement.Relation.ALONE;
        }
        if (copies.getFirst().entry().message() == null) {
            return Judgement.Relation.UNREADABLE;
        }
        return differing ? Judgement.Relation.DIFFERING : Judgement.Relation.EQUAL;
    }

    private String why(List<Heard> heard, int best) {
        Heard chosen = heard.get(best);
        List<String> others = new ArrayList<>();
        for (int i = 0; i < heard.size(); i++) {
            Heard other = heard.get(i);
            if (i != best && other.copy().by() != Identity.Key.ANYONES_DIGEST) {
                boolean same = chosen.copy().candidate()
                        && other.copy().candidate()
                        && digest(chosen.copy()).equals(digest(other.copy()));
                others.add((same ? "has the same bytes" : "is " + other.grade()) + " in "
                        + other.copy().name());
            }
        }
        return others.isEmpty() ? "the only copy" : chosen.grade() + "; it " + String.join(", ", others);
    }
}
