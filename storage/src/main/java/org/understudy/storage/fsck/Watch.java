package org.understudy.storage.fsck;

/**
 * Told of what a check reads, on the check's thread and while it holds no lock of the store, so that it may wait to keep the
 * check to a rate, or end it by throwing {@link StoppedException}.
 */
public interface Watch {
    /** Lets a check run as fast as it can. */
    Watch NONE = (octets, calls) -> {};

    /**
     * @param octets that were read since the last call, a mebibyte or so
     * @param calls of the store since then, as {@link org.understudy.storage.MailStore#calls} counts
     */
    void read(long octets, long calls);

    /** So many bodies were read so far. */
    default void bodies(long soFar) {}

    /** So many messages were looked at so far. */
    default void messages(long soFar) {}

    /** Ends a check that is not wanted any more. */
    final class StoppedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        public StoppedException() {
            super("the check was stopped on request");
        }
    }
}
