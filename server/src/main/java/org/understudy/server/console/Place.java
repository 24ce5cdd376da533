package org.understudy.server.console;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Role;

/**
 * One route of the console.
 *
 * @param path a template of Helidon's
 * @param role that it needs; null where nobody has logged in yet
 * @param handler is called when all that is common has been checked
 */
record Place(String method, String path, @Nullable Role role, Handler handler) {
    interface Handler {
        Answer answer(Visit visit) throws Exception;
    }

    static Place get(String path, Role role, Handler handler) {
        return new Place("GET", path, role, handler);
    }

    static Place post(String path, Role role, Handler handler) {
        return new Place("POST", path, role, handler);
    }
}
