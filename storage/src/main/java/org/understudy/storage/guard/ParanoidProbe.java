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
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(ParanoidProbe.class);

    @Override
    public Report probe(Path db) {
        RocksDB.loadLibrary();
        Properties tracked = new Properties();
        tracked.setProperty("track_and_verify_wals_in_manifest", "true");
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (Options plain = new Options();
                ColumnFamilyOptions family = new ColumnFamilyOptions();
                Logger logger = new ToSlf4j();
                DBOptions options = DBOptions.getDBOptionsFromProps(tracked)) {
            options.setLogger(logger)
                    .setParanoidChecks(true)
                    .setMaxOpenFiles(-1)
                    .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords);
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            for (byte[] name : RocksDB.listColumnFamilies(plain, db.toString())) {
                descriptors.add(new ColumnFamilyDescriptor(name, family));
            }
            try (RocksDB opened = RocksDB.openReadOnly(options, db.toString(), descriptors, handles)) {
                Report report = report(opened, descriptors);
                handles.forEach(ColumnFamilyHandle::close);
                return report;
            }
        } catch (RocksDBException e) {
            return new Failed(String.valueOf(e.getMessage()));
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

    /** Keeps RocksDB from writing a LOG into the folder. */
    private static final class ToSlf4j extends Logger {
        ToSlf4j() {
            super(InfoLogLevel.ERROR_LEVEL);
        }

        @Override
        protected void log(InfoLogLevel level, String message) {
            LOG.debug("read-only probe: {}", message);
        }
    }
}
