package org.understudy.storage.engine;

import org.rocksdb.InfoLogLevel;
import org.rocksdb.Logger;
import org.slf4j.LoggerFactory;

/** Passes RocksDB's own log on, so that a read-only open writes no log file into the folder. */
final class RocksLog extends Logger {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(RocksLog.class);

    RocksLog() {
        super(InfoLogLevel.ERROR_LEVEL);
    }

    @Override
    protected void log(InfoLogLevel level, String message) {
        LOG.debug("{}", message);
    }
}
