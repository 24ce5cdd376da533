package org.understudy.server.console;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Role;
import org.understudy.server.access.Identity;
import org.understudy.server.audit.Actor;

/**
 * One request to the console.
 *
 * @param guest who has logged in, or null on the way to that
 * @param form what was posted; empty otherwise
 */
record Visit(
        ServerRequest request,
        ServerResponse response,
        @Nullable Session guest,
        Map<String, String> form) {
    private static final int MOST_PAGES = 1_000_000;

    Session session() {
        return Objects.requireNonNull(guest, "routes with a role are for sessions only");
    }

    Identity identity() {
        return session().identity();
    }

    @Nullable
    Caller caller() {
        return identity().caller();
    }

    boolean may(Role role) {
        return identity().role().covers(role);
    }

    /** Whom the audit log names. */
    Actor actor() {
        String person = identity().person();
        return new Actor(
                session().byPassword()
                        ? "user:" + person
                        : "token:" + person + " (" + identity().credential() + ")",
                request.remotePeer().host());
    }

    String path(String name) {
        return request.path().pathParameters().get(name);
    }

    /** Empty where the query has none. */
    String query(String name) {
        return request.query().first(name).orElse("");
    }

    /** 0 where the query has none, or no number. */
    int number(String name) {
        String text = query(name);
        return text.matches("[0-9]{1,7}") ? Math.min(MOST_PAGES, Integer.parseInt(text)) : 0;
    }

    /** Without blanks around; empty where there is none. */
    String field(String name) {
        return form.getOrDefault(name, "").strip();
    }

    /** Says what came of a form on the next page. */
    Answer done(String words, String next) {
        session().say(new Session.Said(true, words, ""));
        return new Answer.Go(next);
    }
}
