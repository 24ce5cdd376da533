package org.understudy.server.account;

/** A login was not checked, which says nothing about it: it may be right a moment later. */
public abstract sealed class LoginNotCheckedException extends RuntimeException
        permits LoginStormException, DirectoryAwayException {
    private static final long serialVersionUID = 1;

    LoginNotCheckedException(String message) {
        super(message);
    }
}
