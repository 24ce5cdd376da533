package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.understudy.restore.source.RegionStream;
import org.understudy.storage.Content;

/** A part of a file. */
record Region(Path file, long from, long size) implements Content {
    @Override
    public InputStream open() throws IOException {
        return new RegionStream(
                FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), from, from + size);
    }
}
