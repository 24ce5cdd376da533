package org.understudy.server.account;

/** So many logins are waiting that this one was not checked at all. */
public final class LoginStormException extends LoginNotCheckedException {
    private static final long serialVersionUID = 1;

    LoginStormException(String message) {
        super(message);
    }
}
