package org.understudy.server.imap;

/** The client has hung up or takes in nothing; whatever is being done for it is in vain. */
public final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClientGoneException(String message) {
        super(message, null, false, false);
    }
}
