package org.understudy.server.imap.sasl;

import org.apache.james.mailbox.exception.MailboxException;

/** Who it is was proven, and the login is refused nevertheless. */
public final class LoginRefusedException extends MailboxException {
    private static final long serialVersionUID = 1;

    private final String code;

    /**
     * @param code response code (RFC 5530), without brackets
     * @param words for the user
     */
    public LoginRefusedException(String code, String words) {
        super(words);
        this.code = code;
    }

    String code() {
        return code;
    }
}
