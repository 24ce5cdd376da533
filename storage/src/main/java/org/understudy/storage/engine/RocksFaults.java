package org.understudy.storage.engine;

import java.util.HexFormat;
import java.util.Locale;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Family;

/** Says what RocksDB's errors mean for the store. */
final class RocksFaults {
    private static final String TOO_MANY_OPEN_FILES = "Too many open files";

    private RocksFaults() {}

    /** An error while a row was read. */
    static RuntimeException reading(Family family, byte[] key, RocksDBException e) {
        String at = HexFormat.of().formatHex(key);
        String text = e.getMessage() == null ? "no message" : e.getMessage();
        Status status = e.getStatus();
        boolean lost = status != null
                && status.getCode() == Status.Code.IOError
                && text.contains(".sst")
                && !text.contains(TOO_MANY_OPEN_FILES);
        // A table that is gone, or that the disk does not give back, is damage to the rows in it, not to the whole
        // store.
        return lost ? new CorruptionException(family.columnFamily(), at, text, e) : of(family.columnFamily(), at, e);
    }

    /** An error of the database as a whole. */
    static RuntimeException of(String task, RocksDBException e) {
        return of(task, "", e);
    }

    private static RuntimeException of(String what, String key, RocksDBException e) {
        Status status = e.getStatus();
        String text = e.getMessage() == null ? "no message" : e.getMessage();
        if (status != null && status.getCode() == Status.Code.Corruption) {
            return new CorruptionException(what, key, text, e);
        }
        if (text.toLowerCase(Locale.ROOT).contains("no space left")
                || status != null && status.getSubCode() == Status.SubCode.NoSpace) {
            return new OperatorException(
                    Reason.DISK_FULL,
                    "the disk of the store is full (" + what + ": " + text
                            + "); nothing of this effect was acknowledged",
                    "Free space on the disk; the server goes on by itself within seconds. What was acknowledged before is"
                            + " safe, and can be read.",
                    e);
        }
        if (text.contains(TOO_MANY_OPEN_FILES)) {
            return new OperatorException(
                    Reason.IO,
                    "the server may not open any more files (" + what + ": " + text + ")",
                    "Raise the limit of open files (LimitNOFILE of the systemd unit, or ulimit -n) to 16,384 or more, and"
                            + " restart the server; nothing is damaged.",
                    e);
        }
        if (status != null && status.getCode() == Status.Code.IOError) {
            return new OperatorException(
                    Reason.IO,
                    "the store's disk reports an error (" + what + ": " + text + ")",
                    "Look at the kernel log for the disk, take no chances with it, and run 'understudy fsck'.",
                    e);
        }
        return new IllegalStateException("RocksDB: " + what + ": " + text, e);
    }
}
