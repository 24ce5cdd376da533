package org.understudy.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.birth.Birth;
import org.understudy.storage.birth.Births;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * The tables of bodies that a store had when this was made, to read back those that were taken in as they were. Thread-safe.
 *
 * <p>Not guaranteed: that no newer row of a body lies in the write-ahead log. Who needs that reads the log ({@link
 * MailStore#readLog}).
 */
public final class BodyTables {
    private final @Nullable Births births;
    private final List<Engine.Table> tables;

    BodyTables(@Nullable Births births, List<Engine.Table> tables) {
        this.births = births;
        this.tables = tables.stream()
                .filter(table -> table.columnFamily().equals(Family.BODY.columnFamily()))
                .toList();
    }

    /**
     * Reads the table in which the bodies of a segment lie, and nothing else does, from end to end, where nobody has read it
     * since a time; and compares it with what RocksDB took in.
     *
     * @param since before the segment was taken in
     * @param watch is given the octets that are read
     * @return its SHA-256; empty if these bodies lie in no table, in several or together with others, if its birth hash is
     *     older, or if the store keeps none
     * @throws CorruptionException if it reads other than it was when it was taken in
     */
    public Optional<Digest> readBack(BodySegment segment, Instant since, Births.Watch watch)
            throws InterruptedException {
        Births kept = births;
        List<Engine.Table> holding =
                tables.stream().filter(table -> overlap(table, segment)).toList();
        if (kept == null || holding.size() != 1 || !isOf(holding.getFirst(), segment)) {
            return Optional.empty();
        }
        try {
            Birth birth = kept.of(holding.getFirst(), watch);
            boolean now = birth.evidence() == Birth.Evidence.PROMPT
                    && !birth.hashedAt().isBefore(since);
            return now ? Optional.of(birth.sha256()) : Optional.empty();
        } catch (NoSuchFileException | FileNotFoundException e) {
            // Compacted away: its bodies lie in another table now.
            return Optional.empty();
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot read the table " + holding.getFirst().name() + " back: " + e.getMessage(),
                    "Look for disk errors in the system's log (dmesg).",
                    e);
        }
    }

    private static boolean overlap(Engine.Table table, BodySegment segment) {
        return first(table) <= segment.last().value()
                && last(table) >= segment.first().value();
    }

    private static boolean isOf(Engine.Table table, BodySegment segment) {
        return first(table) == segment.first().value()
                && last(table) == segment.last().value();
    }

    private static long first(Engine.Table table) {
        return Keys.idOf(Family.BODY, HexFormat.of().parseHex(table.smallestKey()));
    }

    private static long last(Engine.Table table) {
        return Keys.idOf(Family.BODY, HexFormat.of().parseHex(table.largestKey()));
    }
}
