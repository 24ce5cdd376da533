package org.understudy.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.understudy.server.access.Identity;
import org.understudy.server.audit.Actor;
import org.understudy.storage.Reason;

/** One request to a route, by somebody who may send it. */
record Exchange(ServerRequest request, ServerResponse response, Route route, Identity identity, Actor actor) {
    private static final Pattern JSON =
            Pattern.compile("application/json(\\s*;\\s*charset=\"?utf-8\"?)?", Pattern.CASE_INSENSITIVE);

    /** A parameter of the path, checked. */
    String path(String name) {
        Param param = Objects.requireNonNull(route.params().get(name), "a parameter of the route");
        return param.checked(request.path().pathParameters().get(name));
    }

    /**
     * The query, each name once.
     *
     * @throws Refused with status 400 for a name that the route does not know, or one that is given twice
     */
    Map<String, String> query() {
        Map<String, String> given = new TreeMap<>();
        for (String name : request.query().names()) {
            List<String> values = request.query().all(name);
            if (!route.query().containsKey(name) || values.size() != 1) {
                throw new Refused(
                        400,
                        Reason.USAGE,
                        route.query().containsKey(name)
                                ? "the query has '" + name + "' more than once"
                                : "the query has a name that this path does not know",
                        route.query().isEmpty()
                                ? "Leave the query out."
                                : "Known are " + String.join(", ", new TreeMap<>(route.query()).keySet()) + ".");
            }
            given.put(name, values.getFirst());
        }
        return given;
    }

    /**
     * The body's octets; empty where there is none.
     *
     * @throws Refused with status 415 if it is not JSON, and 400 where the route takes none
     */
    byte[] body() throws IOException {
        byte[] octets = new byte[0];
        if (request.content().hasEntity()) {
            try (InputStream in = request.content().inputStream()) {
                octets = in.readAllBytes();
            }
        }
        if (octets.length == 0) {
            return octets;
        }
        if (route.body() == null) {
            throw new Refused(400, Reason.USAGE, "this request takes no body", "Send it without one.");
        }
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!JSON.matcher(type.strip().toLowerCase(Locale.ROOT)).matches()) {
            throw new Refused(
                    415,
                    Reason.USAGE,
                    "the body is not said to be JSON",
                    "Send it as 'Content-Type: application/json', in UTF-8.");
        }
        return octets;
    }
}
