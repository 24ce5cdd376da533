package org.understudy.restore.proof;

/** Classes of authors, by their tags in the log. */
final class Authors {
    private static final String SESSION = "session:";
    private static final String RESTORE = "restore:";
    private static final String SYSTEM = "system:";

    private Authors() {}

    /** The tag of a restore. */
    static String restore(String id) {
        return RESTORE + id;
    }

    static boolean known(String author) {
        return author.startsWith(SESSION) || author.startsWith(RESTORE) || author.startsWith(SYSTEM);
    }

    /** Why an author that is not known is a fault. */
    static String unknown(String author) {
        return author.isEmpty() ? "it names no author" : "its author is of no kind that Understudy has";
    }

    /** The class, in words. */
    static String kind(String author, String restoreId) {
        if (author.equals(restore(restoreId))) {
            return "this restore";
        }
        if (author.startsWith(SESSION)) {
            return "sessions";
        }
        if (author.startsWith(RESTORE)) {
            return "other restores";
        }
        return author.startsWith(SYSTEM) ? "system" : author.isEmpty() ? "nobody" : "unknown";
    }
}
