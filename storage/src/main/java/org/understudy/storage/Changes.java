package org.understudy.storage;

import java.util.List;

/**
 * What happened in a mailbox after a MODSEQ.
 *
 * @param changed UIDs of present messages that came or whose flags changed, ascending
 * @param vanished UIDs of messages expunged since, ascending
 */
public record Changes(List<Long> changed, List<Long> vanished) {}
