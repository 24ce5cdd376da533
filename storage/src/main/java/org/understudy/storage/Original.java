package org.understudy.storage;

import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/** What was copied or moved, as it lay where it came from. */
public record Original(MessageFacts facts, Flags flags) {}
