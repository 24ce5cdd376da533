package org.understudy.benchmarks.wire;

/** What one command brought, counted: untagged responses by kind, and the text of the tagged one. */
public final class Reply {
    long fetches;
    long expunges;
    long vanished;
    long exists = -1;
    long hits = -1;
    long literalOctets;
    long highestModseq = -1;
    long uidValidity = -1;
    String tagged = "";
    String refusal = "";

    Reply() {}

    /** FETCH responses. */
    public long fetches() {
        return fetches;
    }

    /** EXPUNGE responses. */
    public long expunges() {
        return expunges;
    }

    /** UIDs named by VANISHED responses. */
    public long vanished() {
        return vanished;
    }

    /** The last EXISTS, or -1. */
    public long exists() {
        return exists;
    }

    /** Numbers of the SEARCH response, or -1 if there was none. */
    public long hits() {
        return hits;
    }

    /** Octets of all literals. */
    public long literalOctets() {
        return literalOctets;
    }

    /** HIGHESTMODSEQ of a response code, or -1. */
    public long highestModseq() {
        return highestModseq;
    }

    /** UIDVALIDITY of a response code, or -1. */
    public long uidValidity() {
        return uidValidity;
    }

    /** What follows the tag. */
    public String tagged() {
        return tagged;
    }
}
