package org.understudy.server.admin;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is answered with.
 *
 * @param status of HTTP; 0 where the answer has been sent already
 * @param body written as JSON; null for none
 * @param headers by name
 */
record Reply(int status, @Nullable Object body, Map<String, String> headers) {
    static final Reply SENT = new Reply(0, null, Map.of());

    static Reply json(Object body) {
        return new Reply(200, body, Map.of());
    }
}
