package org.understudy.storage;

import java.time.Instant;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.MessageId;

/** Where a new message, a copy or a moved message has come to lie. */
public record Appended(long uid, long modSeq, MessageId messageId, MessageId threadId, BodyId body, Instant savedAt) {}
