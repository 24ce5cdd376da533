package org.understudy.restore.source.imap;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Sums up messages' octets and keeps none of them. */
final class BodySums implements BodyTaker {
    private MessageDigest digest = Spool.sha256();
    private @Nullable MessageDigest last;
    private long length;

    @Override
    public void beginBody() {
        digest.reset();
        length = 0;
    }

    @Override
    public void continueBody() {
        MessageDigest before = last;
        if (before == null) {
            throw new IllegalStateException("there is nothing to go on with");
        }
        digest = before;
    }

    @Override
    public void write(byte[] buffer, int offset, int count) {
        digest.update(buffer, offset, count);
        length += count;
    }

    @Override
    public SpoolEntry.Body endBody() {
        try {
            last = (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
        return new SpoolEntry.Body(0, 0, length, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public void dropBody() {
        digest.reset();
        length = 0;
    }
}
