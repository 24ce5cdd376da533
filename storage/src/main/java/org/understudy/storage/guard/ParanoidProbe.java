package org.understudy.storage.guard;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Logger;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.WALRecoveryMode;
import org.slf4j.LoggerFactory;

/** The strictest read-only open there is. Replays the logs into memory, so it needs about as much as they are long. */
final class ParanoidProbe implements ReadOnlyProbe {
    private static final int FEW_FILES = 256;
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ParanoidProbe.class);

    private final boolean everyTable;

    /** @param everyTable whether one table that cannot be opened makes the open fail */
    ParanoidProbe(boolean everyTable) {
        this.everyTable = everyTable;
    }

    @Override
    public Report probe(Path db) {
        RocksDB.loadLibrary();
        Properties tracked = new Properties();
        LogChain.verify(db, tracked);
        try (Options plain = new Options();
                ColumnFamilyOptions family = new ColumnFamilyOptions();
                Findings findings = new Findings();
                DBOptions options = DBOptions.getDBOptionsFromProps(tracked)) {
            options.setLogger(findings)
                    .setParanoidChecks(everyTable)
                    .setMaxOpenFiles(everyTable ? -1 : FEW_FILES)
                    .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
            try {
                return open(db, options, descriptors(db, plain, family));
            } catch (RocksDBException e) {
                return new Failed(e.getMessage() + findings.detail());
            }
        }
    }

    /** A MANIFEST that cannot be read lists none; the default family, which every database has, then brings it out. */
    private static List<ColumnFamilyDescriptor> descriptors(Path db, Options plain, ColumnFamilyOptions family)
            throws RocksDBException {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        for (byte[] name : RocksDB.listColumnFamilies(plain, db.toString())) {
            descriptors.add(new ColumnFamilyDescriptor(name, family));
        }
        if (descriptors.isEmpty()) {
            descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, family));
        }
        return descriptors;
    }

    private static Report open(Path db, DBOptions options, List<ColumnFamilyDescriptor> descriptors)
            throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (RocksDB opened = RocksDB.openReadOnly(options, db.toString(), descriptors, handles)) {
            Report report = report(opened, descriptors);
            handles.forEach(ColumnFamilyHandle::close);
            return report;
        }
    }

    private static Report report(RocksDB db, List<ColumnFamilyDescriptor> descriptors) {
        Set<String> families = new HashSet<>();
        for (ColumnFamilyDescriptor descriptor : descriptors) {
            families.add(new String(descriptor.getName(), StandardCharsets.UTF_8));
        }
        return new Opened(db.getLatestSequenceNumber(), families, liveTables(db));
    }

    static Map<String, Long> liveTables(RocksDB db) {
        Map<String, Long> tables = new HashMap<>();
        for (LiveFileMetaData table : db.getLiveFilesMetaData()) {
            tables.put(DbFolder.plainName(table.fileName()), table.size());
        }
        return tables;
    }

    /** Keeps RocksDB from writing a LOG into the folder, and remembers which file it complained of. */
    private static final class Findings extends Logger {
        private volatile String detail = "";

        Findings() {
            super(InfoLogLevel.WARN_LEVEL);
        }

        /** For instance {@code  (000012.log: dropping 4096 bytes; Corruption: checksum mismatch)}, or empty. */
        String detail() {
            return detail;
        }

        @Override
        protected void log(InfoLogLevel level, String message) {
            LOG.debug("read-only probe: {}", message);
            if (message.contains("dropping") && !DbFolder.fileIn(message).isEmpty()) {
                detail = " ("
                        + message.substring(message.indexOf(DbFolder.fileIn(message)))
                                .strip() + ")";
            }
        }
    }
}
