package org.understudy.storage;

/**
 * What happened to the UIDs of a mailbox after a MODSEQ, from the change log.
 *
 * @param highestModSeq the last change that is counted in, or the MODSEQ asked for where there is none
 * @param changed messages that came or whose flags changed and that were not expunged after
 * @param vanished messages that were expunged, those too that came meanwhile
 */
public record UidChanges(long highestModSeq, UidRanges changed, UidRanges vanished) {}
