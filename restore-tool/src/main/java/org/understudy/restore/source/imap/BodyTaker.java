package org.understudy.restore.source.imap;

/** Takes messages' octets as a server sends them, one message after the other. Verbs in pairs: begin, end or drop. */
interface BodyTaker {
    void beginBody();

    /** Goes on with the octets that were ended last. */
    void continueBody();

    void write(byte[] buffer, int offset, int length);

    /** What was taken; where it lies, if anywhere, and its length and digest. */
    SpoolEntry.Body endBody();

    /** Takes back the octets that were begun last, if any are open. */
    void dropBody();
}
