package org.understudy.storage;

/** Why an operator's command cannot go on; each has an exit code that never changes meaning. */
public enum Reason {
    /** The words of the command line are off. */
    USAGE(2),
    /** The command did its work and found mail or files that are not sound. */
    UNSOUND(3),
    /** A configuration file has a fault. */
    CONFIG(4),
    /** The store must not be opened: a file is missing, cut, foreign or newer. */
    STORE_REFUSED(5),
    /** Another process holds the store or the repository. */
    BUSY(6),
    /** A source cannot be read, or is none. */
    SOURCE(7),
    /** A repository or snapshot cannot be used. */
    REPOSITORY(8),
    /** What was named does not exist. */
    NOT_FOUND(9),
    /** What was asked for contradicts what is there. */
    CONFLICT(10),
    /** No space is left on a disk. */
    DISK_FULL(11),
    /** The operating system denies access to a file, folder or port. */
    PERMISSION(12),
    /** A server does not answer. */
    UNREACHABLE(13),
    /** A password, token or role was refused. */
    ACCESS_DENIED(14),
    /** An input or output error of a device. */
    IO(15),
    /** The command did its work and found that mail is missing, or that a canary is not as it was made. */
    LOSS(16),
    /** The work was done, but the proof of what it touched failed, or a part of the log that it needs is missing. */
    UNPROVEN(17);

    private final int exitCode;

    Reason(int exitCode) {
        this.exitCode = exitCode;
    }

    /** The exit code of the command line, 2 to 17. */
    public int exitCode() {
        return exitCode;
    }
}
