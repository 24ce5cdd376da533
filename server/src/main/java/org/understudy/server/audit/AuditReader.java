package org.understudy.server.audit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads a log from its first file to its last. */
final class AuditReader {
    private static final int LONGEST_LINE = 4 << 20;

    private AuditReader() {}

    /** Takes lines. */
    interface Lines {
        /**
         * @param record empty where the line is none
         * @param number of the line in its file, from 1
         * @param whole whether it ends with LF
         */
        void line(Path file, long number, Optional<AuditRecord> record, boolean whole);
    }

    static void read(Path folder, Lines to) {
        List<Path> files = AuditFiles.in(folder);
        try {
            for (Path file : files) {
                readFile(file, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void readFile(Path file, Lines to) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long number = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                if (octet == '\n') {
                    to.line(file, ++number, AuditLine.parse(line.toByteArray()), true);
                    line.reset();
                } else if (line.size() < LONGEST_LINE) {
                    line.write(octet);
                }
            }
        }
        if (line.size() > 0) {
            to.line(file, ++number, Optional.empty(), false);
        }
    }
}
