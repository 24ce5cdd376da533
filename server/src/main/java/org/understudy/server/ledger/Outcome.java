package org.understudy.server.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.Optional;

/**
 * How a connection went, as far as TLS and login are concerned.
 *
 * @param detail the alert of {@link Kind#ALERT}, the cause of {@link Kind#FAILED}; else empty
 */
public record Outcome(Kind kind, String detail) {
    public static final Outcome LOGGED_IN = new Outcome(Kind.LOGGED_IN, "");
    public static final Outcome NO_LOGIN = new Outcome(Kind.NO_LOGIN, "");
    public static final Outcome NO_COMMAND = new Outcome(Kind.NO_COMMAND, "");

    /** From best to worst. */
    public enum Kind {
        /** Somebody logged in. */
        LOGGED_IN,
        /** Commands came, and nobody logged in. */
        NO_LOGIN,
        /** TLS was agreed, no command came, and the client closed: so do clients that dislike the certificate late. */
        NO_COMMAND,
        /** The client ended TLS with an alert. */
        ALERT,
        /** TLS was not agreed for another cause. */
        FAILED;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Why TLS was not agreed, where no client's alert says it. */
    public enum Cause {
        /** The client closed in the middle. */
        CLOSED,
        /** Nothing came in time. */
        TIMEOUT,
        /** What came was not TLS. */
        NOT_TLS,
        /** The server refused, and said so with an alert. */
        REFUSED,
        OTHER;

        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static Outcome alert(Alert alert) {
        return new Outcome(Kind.ALERT, alert.word());
    }

    public static Outcome failed(Cause cause) {
        return new Outcome(Kind.FAILED, cause.word());
    }

    /** The alert that the client sent. */
    public Optional<Alert> sent() {
        return kind == Kind.ALERT ? Alert.named(detail) : Optional.empty();
    }

    /** {@code logged-in}, {@code no-command}, {@code alert:unknown_ca}, {@code failed:closed}. */
    @JsonValue
    public String word() {
        return detail.isEmpty() ? kind.word() : kind.word() + ":" + detail;
    }

    /** @throws IllegalArgumentException if it is none of the words */
    @JsonCreator
    public static Outcome parse(String word) {
        int colon = word.indexOf(':');
        String name = colon < 0 ? word : word.substring(0, colon);
        String detail = colon < 0 ? "" : word.substring(colon + 1);
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(name) && known(kind, detail)) {
                return new Outcome(kind, detail);
            }
        }
        throw new IllegalArgumentException("'" + word + "' is no outcome");
    }

    private static boolean known(Kind kind, String detail) {
        return switch (kind) {
            case LOGGED_IN, NO_LOGIN, NO_COMMAND -> detail.isEmpty();
            case ALERT -> Alert.named(detail).isPresent();
            case FAILED -> {
                for (Cause cause : Cause.values()) {
                    if (cause.word().equals(detail)) {
                        yield true;
                    }
                }
                yield false;
            }
        };
    }
}
