package org.understudy.restore.message;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import org.understudy.storage.Content;

/** The first {@code length} octets of an array that nobody changes any more. */
final class HeapContent implements Content {
    private final byte[] bytes;
    private final int length;

    HeapContent(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    @Override
    public long size() {
        return length;
    }

    @Override
    public InputStream open() {
        return new ByteArrayInputStream(bytes, 0, length);
    }
}
