package org.understudy.server.imap.sasl;

import org.apache.james.core.Username;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.message.request.AbstractImapRequest;
import org.apache.james.imap.message.request.LoginRequest;

/** LOGIN with a name that James's request cannot hold: a master's, which may have two at-signs. */
public final class PasswordLogin extends AbstractImapRequest {
    private final String name;
    private final String password;

    private PasswordLogin(Tag tag, String name, String password) {
        super(tag, ImapConstants.LOGIN_COMMAND);
        this.name = name;
        this.password = password;
    }

    /** James's request where it can hold the name. */
    public static ImapRequest request(Tag tag, String name, String password) {
        try {
            return new LoginRequest(Username.of(name), password, tag);
        } catch (IllegalArgumentException e) {
            return new PasswordLogin(tag, name, password);
        }
    }

    String name() {
        return name;
    }

    String password() {
        return password;
    }
}
