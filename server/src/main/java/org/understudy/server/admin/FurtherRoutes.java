package org.understudy.server.admin;

import io.helidon.webserver.http.HttpRouting;
import org.understudy.server.work.WorkDesk;

/** Pages that stand beside the API on the same listeners, and say themselves who may see them. */
public interface FurtherRoutes {
    /** First segment of all their paths, for example {@code /console}; never {@code /v1}. */
    String prefix();

    /**
     * Adds the routes. {@code Host} and {@code Origin} have been checked before them, limits hold for them too, and the
     * headers of the API are set unless they set others.
     *
     * @param gate tells identities from tokens
     * @param desk where long work is begun and looked at
     */
    void add(HttpRouting.Builder routing, Gate gate, WorkDesk desk);
}
