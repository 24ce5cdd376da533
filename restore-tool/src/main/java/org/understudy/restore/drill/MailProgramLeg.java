package org.understudy.restore.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import org.understudy.storage.keyspace.Digest;

/** Reads a drill's shadow as a user's mail program would; there is one where a server runs. */
public interface MailProgramLeg {
    /**
     * What a mailbox should show.
     *
     * @param messages by UID
     */
    record Mailbox(String name, SortedMap<Long, Message> messages) {}

    /** @param digest SHA-256 of the bytes that BODY[] gives */
    record Message(Digest digest, long size, Instant internalDate) {}

    /** @param faults one sentence for each difference, not more than a few dozen; the reading counts all */
    record Report(DrillResult.ImapReading reading, List<String> faults) {}

    /**
     * Logs in to the shadow of one user over the network and compares every mailbox and its messages; of very many
     * messages, as many as {@code random} chooses.
     *
     * @param folder the drill's
     * @throws IOException if the server cannot be reached or does not answer as it should
     */
    Report read(Path folder, String restore, String user, List<Mailbox> expected, RandomGenerator random)
            throws IOException, InterruptedException;
}
