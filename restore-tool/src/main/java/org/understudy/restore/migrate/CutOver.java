package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.Objects;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code migrate.cutover}: the last round of users whose old side stands still, the proof that both sides are equal, and only then
 * the word that they work here. */
public final class CutOver implements Operation<CutOver.Request, MigrationReport> {
    /**
     * @param choice never everybody without a word: users or a wave are named
     * @param quiesced whether somebody has seen to it that the old side of these users stands still
     * @param foreignAccounts whether users may be known elsewhere than in this server's store
     */
    public record Request(String name, Choice choice, boolean quiesced, boolean foreignAccounts) {
        public Request {
            Objects.requireNonNull(name, "'name' is missing");
            Objects.requireNonNull(choice, "'choice' is missing");
        }
    }

    private final Examiner examiner;
    private final Steps steps;

    /** @param examiner judges messages on their way */
    public CutOver(Examiner examiner) {
        this(examiner, Steps.UNWATCHED);
    }

    public CutOver(Examiner examiner, Steps steps) {
        this.examiner = examiner;
        this.steps = steps;
    }

    @Override
    public String name() {
        return "migrate.cutover";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<MigrationReport> resultType() {
        return MigrationReport.class;
    }

    @Override
    public MigrationReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        if (!request.quiesced()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "nobody has said that the old side of these users stands still",
                    "Stop deliveries and logins there, then say --quiesced; or name a command by --hook that does so.");
        }
        if (request.choice().all()) {
            throw new OperatorException(
                    Reason.USAGE, "nobody is named to be cut over", "Name users, or a wave by --wave N.");
        }
        return new UsersRun(examiner, steps, "cutting over")
                .run(
                        request.name(),
                        workplace,
                        progress,
                        migration -> request.choice().of(migration).stream()
                                .filter(UsersRun::isOpen)
                                .toList(),
                        (one, work, folder, shown) -> cutOver(one, request, work, folder, workplace, shown),
                        users -> "");
    }

    private static Member cutOver(
            Member member,
            Request request,
            UserWork work,
            MigrationFolder folder,
            Workplace workplace,
            Progress progress)
            throws InterruptedException {
        if (!request.foreignAccounts()
                && workplace.live().accounts().find(member.user()).isEmpty()) {
            return member.to(
                    member.state(),
                    "has no account here, so nobody could log in; 'understudy user add', or --foreign-accounts");
        }
        Member brought = work.round(member, false, true, progress);
        folder.note(migration -> migration.with(brought, workplace.clock().instant()));
        EqualityProof proof = work.prove(brought, progress);
        Member proven = brought.proven(work.keep(proof));
        Instant now = workplace.clock().instant();
        if (!proof.equal()) {
            folder.log(now, member.user() + " was not cut over: " + proof.differenceCount() + " differences");
            return proven.to(
                    proven.state(),
                    "not cut over: %,d difference%s, first %s"
                            .formatted(
                                    proof.differenceCount(),
                                    proof.differenceCount() == 1 ? "" : "s",
                                    proof.differences().getFirst().text()));
        }
        int kept = work.keepUniqueIds(proven);
        folder.log(
                now,
                member.user() + " was cut over: " + proof.messages() + " messages equal on both sides, " + kept
                        + " ids of POP3 kept");
        return proven.cutOver(now);
    }
}
