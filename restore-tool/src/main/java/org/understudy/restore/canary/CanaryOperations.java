package org.understudy.restore.canary;

import java.util.List;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** The work behind {@code understudy canary}. */
public final class CanaryOperations {
    private CanaryOperations() {}

    public record Named(String user) {}

    /** Asks for all. */
    public record Everyone() {}

    /** By the time at which they were made. */
    public record States(List<CanaryState> canaries) {
        public States {
            canaries = List.copyOf(canaries);
        }
    }

    /** {@code canary.add}: makes a canary mailbox. */
    public static final class Add implements Operation<Named, CanaryState> {
        @Override
        public String name() {
            return "canary.add";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Named> requestType() {
            return Named.class;
        }

        @Override
        public Class<CanaryState> resultType() {
            return CanaryState.class;
        }

        @Override
        public CanaryState run(Named request, Workplace workplace, Progress progress) {
            return Canaries.of(workplace).add(request.user(), workplace.clock().instant());
        }
    }

    /** {@code canary.check}: verifies all, and tops them up. */
    public static final class Check implements Operation<Everyone, States> {
        @Override
        public String name() {
            return "canary.check";
        }

        @Override
        public Role role() {
            return Role.ENGINEER;
        }

        @Override
        public Class<Everyone> requestType() {
            return Everyone.class;
        }

        @Override
        public Class<States> resultType() {
            return States.class;
        }

        @Override
        public States run(Everyone request, Workplace workplace, Progress progress) {
            return new States(
                    Canaries.of(workplace).verifyAndTopUp(workplace.clock().instant()));
        }
    }

    /** {@code canary.remove}: forgets a canary and deletes its mailbox. */
    public static final class Remove implements Operation<Named, CanaryState> {
        @Override
        public String name() {
            return "canary.remove";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Named> requestType() {
            return Named.class;
        }

        @Override
        public Class<CanaryState> resultType() {
            return CanaryState.class;
        }

        @Override
        public CanaryState run(Named request, Workplace workplace, Progress progress) {
            return Canaries.of(workplace)
                    .remove(request.user(), workplace.clock().instant());
        }
    }
}
