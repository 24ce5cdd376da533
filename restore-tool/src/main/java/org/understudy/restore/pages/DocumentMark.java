package org.understudy.restore.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Which document an index is of.
 *
 * @param octets its length
 * @param sha256 of all of it, 64 hexadecimal digits
 */
public record DocumentMark(long octets, String sha256) {
    /** Whether a file may be that document: whether it is as long. */
    boolean fits(Path document) throws IOException {
        return Files.size(document) == octets;
    }
}
