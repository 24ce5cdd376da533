package org.understudy.restore.loss;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageId;

/** What is needed of a message to recognise it elsewhere and to count it. */
record Trace(MessageId messageId, Digest digest, Instant date, long size) {
    static Trace of(MessageFacts facts) {
        return new Trace(facts.messageId(), facts.digest(), facts.internalDate(), facts.size());
    }

    String month() {
        return YearMonth.from(date.atZone(ZoneOffset.UTC)).toString();
    }
}
