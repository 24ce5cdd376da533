package org.understudy.server.access;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.Role;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Who sends a request, however that is known: by a token, by the file that only the server's own account can read, or by
 * a session that one of these began.
 *
 * @param caller the person; null for the command line on this machine
 */
public record Identity(@Nullable Caller caller, Role role) {
    /** The command line on this machine, which can read the data folder. */
    public static final Identity LOCAL = new Identity(null, Role.ADMIN);

    public static Identity of(Caller caller) {
        return new Identity(caller, caller.role());
    }

    /** A token's owner, or {@code local}. */
    public String person() {
        return caller == null ? "local" : caller.person();
    }

    /** What was shown to prove it, without any secret. */
    public String credential() {
        return caller == null ? "admin.token" : caller.credential();
    }

    /**
     * The one place where it is decided whether somebody may do something.
     *
     * @param what is to be done, for the message
     * @throws OperatorException {@link Reason#ACCESS_DENIED} if the role does not cover it
     */
    public void require(Role needed, String what) {
        if (!role.covers(needed)) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    what + " is for the role " + needed.word() + ", and " + person() + " has the role " + role.word(),
                    "Let somebody do it who may, or ask for a token of that role.");
        }
    }
}
