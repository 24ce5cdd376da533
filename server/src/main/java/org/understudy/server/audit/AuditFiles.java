package org.understudy.server.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The files of a log: {@code audit-NUMBER.jsonl}, by the number of the first record in twelve digits. */
final class AuditFiles {
    private static final Pattern NAME = Pattern.compile("audit-[0-9]{12}\\.jsonl");

    private AuditFiles() {}

    /** Where the log of a data folder is. */
    static Path folder(Path dataFolder) {
        return dataFolder.resolve("audit");
    }

    static Path file(Path folder, long firstRecord) {
        return folder.resolve(String.format(Locale.ROOT, "audit-%012d.jsonl", firstRecord));
    }

    /** Number of the first record in a file of such a name. */
    static long first(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(name.indexOf('-') + 1, name.indexOf('.')));
    }

    /** Oldest first; empty where there is no log yet. */
    static List<Path> in(Path folder) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path one : all) {
                if (NAME.matcher(one.getFileName().toString()).matches()) {
                    files.add(one);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Collections.sort(files);
        return files;
    }
}
