package org.understudy.storage;

import org.jspecify.annotations.Nullable;

/** Bytes on disk that are not what was written. */
public final class CorruptionException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String columnFamily;
    private final String key;

    /**
     * @param columnFamily name of the column family, or of the file kind
     * @param key the key in hexadecimal, or empty where the fault covers more than one
     * @param message what was expected and what was found, with the file where it is known
     */
    public CorruptionException(String columnFamily, String key, String message, @Nullable Throwable cause) {
        super("column family " + columnFamily + (key.isEmpty() ? "" : ", key " + key) + ": " + message, cause);
        this.columnFamily = columnFamily;
        this.key = key;
    }

    public String columnFamily() {
        return columnFamily;
    }

    public String key() {
        return key;
    }
}
