package org.understudy.server.console;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.server.access.Identity;

/**
 * Somebody who has logged in. Thread-safe.
 *
 * <p>What it says once is for the next page: what came of a form.
 */
final class Session {
    private final Identity identity;
    private final boolean byPassword;
    private final String formToken;
    private final Instant begunAt;
    private Instant usedAt;
    private @Nullable Said said;

    /** @param good whether it is good news */
    record Said(boolean good, String words, String hint) {}

    /** @param byPassword of an account, not by a token */
    Session(Identity identity, boolean byPassword, String formToken, Instant begunAt) {
        this.identity = identity;
        this.byPassword = byPassword;
        this.formToken = formToken;
        this.begunAt = begunAt;
        this.usedAt = begunAt;
    }

    Identity identity() {
        return identity;
    }

    boolean byPassword() {
        return byPassword;
    }

    /** What forms of its pages carry. */
    String formToken() {
        return formToken;
    }

    Instant begunAt() {
        return begunAt;
    }

    synchronized Instant usedAt() {
        return usedAt;
    }

    synchronized void used(Instant now) {
        usedAt = now;
    }

    synchronized void say(Said words) {
        said = words;
    }

    /** What was said since the last time, or null. */
    synchronized @Nullable Said listen() {
        Said now = said;
        said = null;
        return now;
    }
}
