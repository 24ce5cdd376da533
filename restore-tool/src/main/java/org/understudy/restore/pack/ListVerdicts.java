package org.understudy.restore.pack;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * {@code restore.verdicts}: the verdicts of a shadow's messages by mailbox and UID, a page at a time, each read where the
 * one before ended. No content of any message.
 */
public final class ListVerdicts implements Operation<ListVerdicts.Request, ListVerdicts.Result> {
    private static final int MOST = 1_000;
    private static final Pattern AFTER = Pattern.compile("([0-9]{1,18})-([0-9]{1,10})");
    private static final long LAST_UID = 0xFFFF_FFFFL;

    /**
     * @param user of whom only, or empty for all
     * @param after what the page before said to go on from; empty for the first
     * @param limit give so many, 1,000 at most; 0 for 100
     */
    public record Request(String id, String user, String after, int limit) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            user = Objects.requireNonNullElse(user, "");
            after = Objects.requireNonNullElse(after, "");
            limit = limit <= 0 ? 100 : Math.min(limit, MOST);
        }
    }

    /**
     * @param uid in the shadow
     * @param path of the item in the source
     * @param verdict in lower case
     */
    public record Verdict(
            String user,
            String mailbox,
            long uid,
            String path,
            @Nullable Instant internalDate,
            String verdict,
            List<Said> findings) {}

    /** What one check said. */
    public record Said(String check, String strength, String place, String what) {}

    /** @param next to go on from, or empty at the end */
    public record Result(String id, List<Verdict> verdicts, String next) {}

    private record From(long mailbox, long uid) {
        static From parse(String text) {
            if (text.isEmpty()) {
                return new From(-1, 0);
            }
            Matcher matcher = AFTER.matcher(text);
            if (!matcher.matches()) {
                throw new OperatorException(
                        Reason.USAGE,
                        "'" + text + "' is no place to go on from",
                        "Give 'next' of the page before as it is, or nothing for the first page.");
            }
            return new From(Long.parseLong(matcher.group(1)), Math.min(LAST_UID - 1, Long.parseLong(matcher.group(2))));
        }
    }

    @Override
    public String name() {
        return "restore.verdicts";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) {
        From from = From.parse(request.after());
        RestoreJob job = RestoreJobs.one(workplace.restores(), request.id());
        try (ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), job.id(), workplace.clock())) {
            List<Verdict> page = new ArrayList<>();
            List<ShadowMailbox> mailboxes = shadow.mailboxes().stream()
                    .filter(one -> one.id().value() >= from.mailbox())
                    .filter(one ->
                            request.user().isEmpty() || one.source().user().equals(request.user()))
                    .sorted(Comparator.comparingLong(one -> one.id().value()))
                    .toList();
            String next = "";
            for (ShadowMailbox mailbox : mailboxes) {
                long after = mailbox.id().value() == from.mailbox() ? from.uid() : 0;
                shadow.evidence(mailbox.id(), after, request.limit() - page.size(), (uid, evidence) -> {
                    VerdictRow row = VerdictRow.of(mailbox, uid, evidence);
                    page.add(new Verdict(
                            row.user(),
                            row.mailbox(),
                            uid,
                            row.path(),
                            row.internalDate(),
                            row.verdict(),
                            row.findings().stream()
                                    .map(one -> new Said(one.check(), one.strength(), one.place(), one.what()))
                                    .toList()));
                });
                if (page.size() >= request.limit()) {
                    next = mailbox.id().value() + "-" + page.getLast().uid();
                    break;
                }
            }
            return new Result(job.id(), page, next);
        }
    }
}
