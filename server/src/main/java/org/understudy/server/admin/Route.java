package org.understudy.server.admin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;

/**
 * One method on one path: who may use it, what it takes and what it gives. The server has no route that is not one of
 * these, and the OpenAPI document is made from them.
 *
 * @param method of HTTP
 * @param path with names of parameters in braces
 * @param params those names, in the path's order
 * @param role that is needed
 * @param summary one sentence
 * @param operation that does it; null for what the server itself does
 * @param query names and types of what may be in the query
 * @param body what the body is; null for none
 * @param answer what comes back
 */
record Route(
        String method,
        String path,
        Map<String, Param> params,
        Role role,
        String summary,
        @Nullable Operation<?, ?> operation,
        Map<String, Class<?>> query,
        @Nullable Body body,
        Answer answer,
        Handler handler) {
    private static final Pattern NAME = Pattern.compile("\\{([a-z]+):([a-z]+)}");

    /** Does what the route is for. */
    @FunctionalInterface
    interface Handler {
        Reply handle(Exchange exchange) throws Exception;
    }

    /**
     * A JSON object.
     *
     * @param type of which it is
     * @param without its members that are not taken from the body
     * @param required its members that must be there
     * @param more further members, with what they are
     */
    record Body(Class<?> type, Set<String> without, Set<String> required, Map<String, String> more) {}

    /**
     * @param status where all is well
     * @param type of the JSON, or null where there is none
     * @param result what the work gives in the end; null where there is no work
     */
    record Answer(
            int status,
            String mediaType,
            @Nullable Class<?> type,
            @Nullable Class<?> result) {
        static Answer json(int status, Class<?> type) {
            return new Answer(status, "application/json", type, null);
        }
    }

    /** @param template a path, with {@code {field:param}} for what varies */
    static Route of(String method, String template, Role role, String summary, Answer answer, Handler handler) {
        Map<String, Param> params = new LinkedHashMap<>();
        Matcher matcher = NAME.matcher(template);
        while (matcher.find()) {
            params.put(matcher.group(1), Param.valueOf(matcher.group(2).toUpperCase(Locale.ROOT)));
        }
        return new Route(
                method,
                NAME.matcher(template).replaceAll("{$1}"),
                params,
                role,
                summary,
                null,
                Map.of(),
                null,
                answer,
                handler);
    }

    Route by(Operation<?, ?> doing) {
        return new Route(method, path, params, role, summary, doing, query, body, answer, handler);
    }

    Route taking(Body taken) {
        return new Route(method, path, params, role, summary, operation, query, taken, answer, handler);
    }

    Route asking(Map<String, Class<?>> names) {
        return new Route(method, path, params, role, summary, operation, names, body, answer, handler);
    }

    /** With members of the body that must be there. */
    Route requiring(String... names) {
        Body old = Objects.requireNonNull(body, "a body that something can be required of");
        return taking(new Body(old.type(), old.without(), Set.of(names), old.more()));
    }

    /** Whether it has this path, whatever the method. */
    boolean isAt(String given) {
        List<String> own = segments(path);
        List<String> others = segments(given);
        if (own.size() != others.size()) {
            return false;
        }
        for (int i = 0; i < own.size(); i++) {
            if (!own.get(i).startsWith("{") && !own.get(i).equals(others.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static List<String> segments(String text) {
        return new ArrayList<>(List.of(text.split("/", -1)));
    }
}
