package org.understudy.server.search;

/**
 * By what messages are sorted (RFC 5256 section 3, RFC 5957).
 *
 * @param reverse whether the order is turned round
 */
public record SortKey(By by, boolean reverse) {
    /** The criteria by their names in the protocol. */
    public enum By {
        ARRIVAL,
        CC,
        DATE,
        FROM,
        SIZE,
        SUBJECT,
        TO,
        DISPLAYFROM,
        DISPLAYTO;

        /** Whether the header must be known. */
        boolean needsHeader() {
            return this != ARRIVAL && this != SIZE;
        }
    }
}
