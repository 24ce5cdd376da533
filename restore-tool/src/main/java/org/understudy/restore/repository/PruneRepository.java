package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.retention.RetentionRules;

/** Operation {@code repo.prune}: removes the snapshots that no rule wants, and the objects that only they named. */
public final class PruneRepository implements Operation<PruneRepository.Request, PruneRepository.Result> {
    private final List<RepositoryShare> shares;
    private final PruneStep.Hook hook;

    /** @param shares what else lies in a repository */
    public PruneRepository(List<RepositoryShare> shares) {
        this(shares, PruneStep.Hook.NONE);
    }

    PruneRepository(List<RepositoryShare> shares, PruneStep.Hook hook) {
        this.shares = List.copyOf(shares);
        this.hook = hook;
    }

    /** @param dryRun say what would go, and remove nothing */
    public record Request(RetentionRules rules, boolean dryRun) {}

    /** @param because the rules that want it */
    public record Kept(String id, Instant created, long messages, List<String> because) {
        public Kept {
            because = List.copyOf(because);
        }
    }

    /** @param resumed whether a prune before, which was stopped, had decided so */
    public record Gone(String id, Instant created, long messages, boolean resumed) {}

    /** What goes of another part of the repository. */
    public record Share(String what, long files, long bytes) {}

    /**
     * @param rules in words
     * @param kept newest first
     * @param gone oldest first
     * @param objects that were there, those that went among them
     * @param freedObjects those that went
     * @param unnamedObjects those of them that no snapshot named before either
     */
    public record Result(
            String repository,
            String rules,
            boolean dryRun,
            List<Kept> kept,
            List<Gone> gone,
            long objects,
            long bytes,
            long freedObjects,
            long freedBytes,
            long unnamedObjects,
            long unnamedBytes,
            List<Share> shares) {
        public Result {
            kept = List.copyOf(kept);
            gone = List.copyOf(gone);
            shares = List.copyOf(shares);
        }
    }

    @Override
    public String name() {
        return "repo.prune";
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
    public Class<Result> resultType() {
        return Result.class;
    }

    /**
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#CONFLICT} if an incident hold
     *     is on; {@link org.understudy.storage.Reason#UNSOUND} if the repository is damaged, and then a hold is set
     */
    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        try {
            return new Pruner(workplace, shares, new Meter(progress), hook).prune(request.rules(), request.dryRun());
        } catch (IOException e) {
            throw Refusal.io("pruning", workplace.repository().toString(), e);
        }
    }
}
