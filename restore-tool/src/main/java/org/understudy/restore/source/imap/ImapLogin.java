package org.understudy.restore.source.imap;

/**
 * How to log in. Never logged, never kept in a spool.
 *
 * @param master name of the administrator who logs in for the user (SASL PLAIN, RFC 4616), or empty
 * @param secret password, or access token
 * @param token whether {@code secret} is an OAuth 2.0 access token (RFC 7628, or XOAUTH2)
 */
public record ImapLogin(String master, String secret, boolean token) {
    /** With the user's own password. */
    public static ImapLogin password(String secret) {
        return new ImapLogin("", secret, false);
    }

    @Override
    public String toString() {
        return "ImapLogin[master=" + master + ", token=" + token + "]";
    }
}
