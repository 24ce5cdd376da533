package org.understudy.server.mailbox;

/** A mailbox that knows the size of its mail without looking at each message. */
public interface CountedMailbox {
    /** Sum of the sizes of all messages (RFC 8438 section 3). */
    long octets();
}
