package org.understudy.server.search;

import java.util.ArrayList;
import java.util.List;

/** A message with those that answer it, or, without a message, a place that holds threads of one subject together. */
public final class MailThread {
    private final long uid;
    private final List<MailThread> children = new ArrayList<>();

    /** @param uid 0 for none */
    MailThread(long uid) {
        this.uid = uid;
    }

    /** 0 for none. */
    public long uid() {
        return uid;
    }

    public List<MailThread> children() {
        return children;
    }
}
