package org.understudy.restore.repository.log;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.RepositoryFinding.Loss;

/** What can be wrong with the log, in an operator's words. */
final class Findings {
    private static final String ELSEWHERE =
            "Bring the file back from a copy of the repository, or take a snapshot: from it on every second can be reached.";

    private Findings() {}

    static RepositoryFinding damaged(
            Kind kind,
            String name,
            String expected,
            String found,
            @Nullable Instant from,
            @Nullable Instant to,
            @Nullable List<LogHead.UserEffects> users) {
        return finding(kind, name, expected, found, unreachable(from, to, users), affected(users), ELSEWHERE);
    }

    static RepositoryFinding missing(
            String name, @Nullable Instant from, @Nullable Instant to, @Nullable List<LogHead.UserEffects> users) {
        return finding(
                Kind.LOG_MISSING,
                name,
                "a segment of the log",
                "no file",
                unreachable(from, to, users),
                affected(users),
                ELSEWHERE);
    }

    static RepositoryFinding newestMissing(String name, @Nullable Instant from, Instant to) {
        return finding(
                Kind.LOG_MISSING,
                name,
                "the newest segment that this machine wrote",
                "no file",
                "Newest segments were removed, or an old copy of the repository is in its place. "
                        + unreachable(from, to, null),
                List.of(),
                "Bring the repository's newest copy back. If the server still has its log, 'understudy repo archive'"
                        + " writes them anew.");
    }

    static RepositoryFinding replaced(String name, LogHead.Previous named, String found, String next) {
        return finding(
                Kind.LOG_REPLACED,
                name,
                "the head with SHA-256 " + named.headSha256() + ", on which " + next + " was built",
                found,
                unreachable(named.firstAt(), named.upTo(), named.users()),
                affected(named.users()),
                ELSEWHERE);
    }

    static RepositoryFinding notInARow(String name, LogHead before, LogHead head) {
        return finding(
                Kind.LOG_REPLACED,
                name,
                "row " + (before.lastSequence() + 1) + " of line " + before.storeLine() + " first",
                "row " + head.firstSequence() + " of line " + head.storeLine(),
                unreachable(before.upTo(), head.firstAt(), head.users()),
                affected(head.users()),
                ELSEWHERE);
    }

    /** @param reached the first moment from which the new line can be reached, or null if it cannot yet */
    static RepositoryFinding gap(String name, LogHead head, @Nullable Instant reached) {
        Instant before = head.start().lostAfter();
        return finding(
                Kind.LOG_GAP,
                name,
                before == null ? "a log without a gap" : "the log after " + Words.second(before),
                "none: " + Words.gap(head.start().reason(), null),
                reached == null ? unreachable(before, null, null) : between(before, reached),
                List.of(),
                reached == null
                        ? "Run 'understudy snapshot' now. From it on every second can be reached again."
                        : "Nothing is to be done: since the snapshot after it every second can be reached again.");
    }

    /** A base from which the log should go on, and does not. */
    static RepositoryFinding notAfter(String snapshot, @Nullable Instant to) {
        return new RepositoryFinding(
                Kind.LOG_MISSING,
                snapshot,
                "logs/",
                "",
                "",
                "the segments after this snapshot",
                "none",
                "No moment after it" + (to == null ? "" : " and before " + Words.second(to)) + " can be reached.",
                List.of(),
                ELSEWHERE);
    }

    private static RepositoryFinding finding(
            Kind kind,
            String name,
            String expected,
            String found,
            String meaning,
            List<Affected> affected,
            String hint) {
        return new RepositoryFinding(kind, "", "logs/" + name, "", "", expected, found, meaning, affected, hint);
    }

    /** @param to what is known of when the log goes on, though nothing leads there but another snapshot */
    private static String unreachable(
            @Nullable Instant from, @Nullable Instant to, @Nullable List<LogHead.UserEffects> users) {
        return between(from, to)
                + (from == null && to == null ? "" : " Nor can later ones, before the time of the next snapshot.")
                + (users == null ? " Whose mail changed then is not known." : "");
    }

    private static String between(@Nullable Instant from, @Nullable Instant to) {
        return "Moments"
                + (from == null ? "" : " after " + Words.second(from))
                + (to == null ? "" : " and before " + Words.second(to))
                + (from == null && to == null ? " of that time" : "")
                + " cannot be reached.";
    }

    private static List<Affected> affected(@Nullable List<LogHead.UserEffects> users) {
        return users == null
                ? List.of()
                : users.stream()
                        .map(user -> new Affected(Loss.CHANGES, user.name(), "", 0, user.effects(), ""))
                        .toList();
    }
}
