package org.understudy.server.watch;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** An operation after which others look again, since history or the store is another then. */
public final class FollowedOperation<Q, R> implements Operation<Q, R> {
    private static final Map<String, String> TRIGGERS =
            Map.of("snapshot.take", "snapshot", "restore.merge", "merge", "restore.undo", "undo");

    private final Operation<Q, R> operation;
    private final Consumer<String> watch;
    private final String trigger;

    private FollowedOperation(Operation<Q, R> operation, Consumer<String> watch, String trigger) {
        this.operation = operation;
        this.watch = watch;
        this.trigger = trigger;
    }

    /**
     * The same operations, those that change history or the store followed by a look.
     *
     * @param watch is told what was done, in one word
     */
    public static List<? extends Operation<?, ?>> all(
            List<? extends Operation<?, ?>> operations, Consumer<String> watch) {
        return operations.stream().map(one -> followed(one, watch)).toList();
    }

    /** One operation, followed by a look if it changes history or the store. */
    public static <Q, R> Operation<Q, R> followed(Operation<Q, R> operation, Consumer<String> watch) {
        String trigger = TRIGGERS.get(operation.name());
        return trigger == null ? operation : new FollowedOperation<>(operation, watch, trigger);
    }

    @Override
    public String name() {
        return operation.name();
    }

    @Override
    public Role role() {
        return operation.role();
    }

    @Override
    public Class<Q> requestType() {
        return operation.requestType();
    }

    @Override
    public Class<R> resultType() {
        return operation.resultType();
    }

    @Override
    public R run(Q request, Workplace workplace, Progress progress) throws InterruptedException {
        R result = operation.run(request, workplace, progress);
        watch.accept(trigger);
        return result;
    }
}
