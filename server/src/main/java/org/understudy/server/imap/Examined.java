package org.understudy.server.imap;

import org.apache.james.imap.api.process.ImapSession;

/** Which sessions have their mailbox open for reading alone (EXAMINE, RFC 9051 section 6.3.3). */
public final class Examined {
    private static final String KEY = "org.understudy.examined";

    private Examined() {}

    /** The mailbox that is selected now was opened with EXAMINE. */
    static void note(ImapSession session) {
        session.setAttribute(KEY, session.getSelected());
    }

    /** Whether the selected mailbox was opened with EXAMINE. */
    @SuppressWarnings("ReferenceEquality") // selecting the same mailbox again makes another object
    public static boolean isOpen(ImapSession session) {
        return session.getSelected() != null && session.getAttribute(KEY) == session.getSelected();
    }
}
