package org.understudy.restore.export;

import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/** What an origin says of one UID. */
sealed interface OriginMessage {
    long uid();

    /** A message whose row can be read. */
    record Found(MessageFacts facts, Flags flags) implements OriginMessage {
        @Override
        public long uid() {
            return facts.uid();
        }
    }

    /** As {@link Found}, but its flags and keywords are lost or not as sure as they should be. */
    record Doubtful(MessageFacts facts, Flags flags, Fault fault, String why) implements OriginMessage {
        @Override
        public long uid() {
            return facts.uid();
        }
    }

    /** A message that should be there and whose row cannot be read. */
    record Lost(long uid, String why) implements OriginMessage {}

    /** A message that is not to be given away. */
    record HeldBack(long uid) implements OriginMessage {}

    /** What can be wrong with a message that is named. */
    enum Fault {
        UNREADABLE("unreadable"),
        FLAGS_LOST("flags-lost"),
        UNPROVEN("unproven");

        private final String word;

        Fault(String word) {
            this.word = word;
        }

        /** As {@link ExportedTree.Fault#kind} has it. */
        String word() {
            return word;
        }
    }
}
