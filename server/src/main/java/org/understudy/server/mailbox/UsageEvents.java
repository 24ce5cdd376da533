package org.understudy.server.mailbox;

/** Of which quota roots' usage the event bus is told. */
public enum UsageEvents {
    /** Of those that have a limit. */
    LIMITED,
    /** Of all, which adds usage up after every message. */
    ALL
}
