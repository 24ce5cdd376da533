package org.understudy.restore.incident;

import java.util.List;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The work behind {@code understudy repo hold} and {@code repo release}. */
public final class HoldOperations {
    private HoldOperations() {}

    /** Asks what holds there are. */
    public record Ask() {}

    /**
     * @param by who asks for it, a person's name
     * @param because why, in words
     */
    public record Said(String by, String because) {
        void require() {
            if (by.isBlank() || because.isBlank()) {
                throw new OperatorException(
                        Reason.USAGE,
                        "an incident hold is set and released by somebody and for a reason, and "
                                + (by.isBlank() ? "no name" : "no reason") + " was given",
                        "Give --by NAME and --because TEXT.");
            }
        }
    }

    /** Those that a release has ended. */
    public record Released(List<IncidentHold> holds) {
        public Released {
            holds = List.copyOf(holds);
        }
    }

    /** {@code repo.holds}: all holds, those that are on and those that are over. */
    public static final class Show implements Operation<Ask, IncidentHolds.State> {
        @Override
        public String name() {
            return "repo.holds";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<Ask> requestType() {
            return Ask.class;
        }

        @Override
        public Class<IncidentHolds.State> resultType() {
            return IncidentHolds.State.class;
        }

        @Override
        public IncidentHolds.State run(Ask request, Workplace workplace, Progress progress) {
            return IncidentHolds.of(workplace).state();
        }
    }

    /** {@code repo.hold}: freezes retention. */
    public static final class Set implements Operation<Said, IncidentHold> {
        @Override
        public String name() {
            return "repo.hold";
        }

        @Override
        public Role role() {
            return Role.ENGINEER;
        }

        @Override
        public Class<Said> requestType() {
            return Said.class;
        }

        @Override
        public Class<IncidentHold> resultType() {
            return IncidentHold.class;
        }

        @Override
        public IncidentHold run(Said request, Workplace workplace, Progress progress) {
            request.require();
            return IncidentHolds.of(workplace).set(request.by(), request.because());
        }
    }

    /** {@code repo.release}: ends every hold that is on. */
    public static final class Release implements Operation<Said, Released> {
        @Override
        public String name() {
            return "repo.release";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Said> requestType() {
            return Said.class;
        }

        @Override
        public Class<Released> resultType() {
            return Released.class;
        }

        @Override
        public Released run(Said request, Workplace workplace, Progress progress) {
            request.require();
            return new Released(IncidentHolds.of(workplace).release(request.by(), request.because()));
        }
    }
}
