package org.understudy.server.lmtp;

/**
 * A reply of one line.
 *
 * @param code three digits
 * @param status enhanced status code (RFC 3463), empty where none belongs
 */
record Answer(int code, String status, String text) {
    static final Answer FULL_MAILBOX = new Answer(452, "4.2.2", "The mailbox is full; try again later");
    static final Answer FULL_DISK = new Answer(452, "4.3.1", "No space is left here; try again later");
    static final Answer READ_ONLY = new Answer(451, "4.3.2", "Nothing can be stored here for now; try again later");
    static final Answer FAILED = new Answer(451, "4.3.0", "The message could not be stored now; try again later");
    static final Answer UNSURE =
            new Answer(451, "4.4.3", "Nobody can tell now whether there is such a user; try again later");
    static final Answer UNKNOWN = new Answer(550, "5.1.1", "No such user here");
    static final Answer TOO_LARGE = new Answer(552, "5.3.4", "The message is larger than may be");

    boolean temporary() {
        return code / 100 == 4;
    }

    boolean good() {
        return code / 100 == 2;
    }

    String line() {
        return code + " " + (status.isEmpty() ? "" : status + " ") + text + "\r\n";
    }
}
