package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Entries of one directory in byte order. */
final class Listing {
    private Listing() {}

    /** @throws IOException if the directory cannot be listed to its end */
    static List<Path> of(Path directory) throws IOException {
        List<Path> entries = new ArrayList<>();
        each(directory, entries::add);
        Collections.sort(entries);
        return entries;
    }

    /**
     * Gives each entry as it comes, in no order, so that a large directory needs no list.
     *
     * @throws IOException if the directory cannot be listed to its end
     */
    static void each(Path directory, Consumer<Path> to) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            stream.forEach(to);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
