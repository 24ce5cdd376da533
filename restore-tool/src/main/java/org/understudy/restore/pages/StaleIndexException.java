package org.understudy.restore.pages;

/** An index does not fit its document, which was changed behind it. It is to be made again. */
public final class StaleIndexException extends Exception {
    private static final long serialVersionUID = 1;

    StaleIndexException(String message) {
        super(message);
    }
}
