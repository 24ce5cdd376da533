package org.understudy.server.health;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Whether the server can serve users as it should.
 *
 * @param checks all that was looked at, sound or not
 */
public record Readiness(boolean ready, List<Check> checks) {
    /** What a check came to. */
    public enum State {
        OK,
        /** Somebody must look, but users are served as ever. */
        WARNING,
        /** Users are not served as they should be. */
        FAILED;

        /** Lower case, as it is told. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param name one of {@code store}, {@code listeners}, {@code disk}, {@code hold}
     * @param state as {@link State#word} has it
     * @param words what was found, in a sentence; never a name of a user
     */
    public record Check(String name, String state, String words) {
        static Check of(String name, State state, String words) {
            return new Check(name, state.word(), words);
        }
    }

    public Readiness {
        checks = List.copyOf(checks);
    }

    /** Ready where none has failed. */
    static Readiness of(List<Check> checks) {
        return new Readiness(checks.stream().noneMatch(check -> check.state().equals(State.FAILED.word())), checks);
    }

    /** One line for each check that is not sound; empty where all are. */
    public String text() {
        return checks.stream()
                .filter(check -> !check.state().equals(State.OK.word()))
                .map(check -> check.state() + ": " + check.words() + "\n")
                .collect(Collectors.joining());
    }
}
