package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The files of a RocksDB folder that mail depends on: tables, write-ahead logs, MANIFEST and CURRENT. OPTIONS and
 * IDENTITY are made anew by RocksDB, LOCK and LOG are never read by it.
 */
final class DbFolder {
    static final String CURRENT = "CURRENT";
    private static final Pattern MANIFEST = Pattern.compile("MANIFEST-(\\d+)");
    private static final Pattern MATTERS = Pattern.compile("\\d+\\.(sst|log)|MANIFEST-\\d+|CURRENT");

    private final Path folder;

    DbFolder(Path folder) {
        this.folder = folder;
    }

    Path folder() {
        return folder;
    }

    static boolean isTable(String name) {
        return name.endsWith(".sst");
    }

    static boolean isLog(String name) {
        return name.endsWith(".log");
    }

    /** @return the number of a MANIFEST; a later one has a higher number */
    static long manifestNumber(String name) {
        Matcher matcher = MANIFEST.matcher(name);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name);
        }
        return Long.parseLong(matcher.group(1));
    }

    static long logNumber(String name) {
        return Long.parseLong(name.substring(0, name.length() - ".log".length()));
    }

    static boolean isManifest(String name) {
        return MANIFEST.matcher(name).matches();
    }

    /** The first of the files named in a message of RocksDB, or empty. */
    static String fileIn(String message) {
        Matcher matcher = MATTERS.matcher(message);
        return matcher.find() ? matcher.group() : "";
    }

    /** RocksDB begins some names with a slash. */
    static String plainName(String name) {
        return name.startsWith("/") ? name.substring(1) : name;
    }

    /** Length in octets by name. A file that vanishes while being looked at is left out. */
    SortedMap<String, Long> files() throws IOException {
        SortedMap<String, Long> files = new TreeMap<>();
        try (Stream<Path> children = Files.list(folder)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                String name = child.getFileName().toString();
                if (MATTERS.matcher(name).matches()) {
                    try {
                        files.put(name, Files.size(child));
                    } catch (NoSuchFileException e) {
                        files.remove(name);
                    }
                }
            }
        }
        return files;
    }

    /** The first 128 octets of CURRENT at most: it should name the MANIFEST and end with a line feed. */
    String current() throws IOException {
        return head(CURRENT);
    }

    /** Content of IDENTITY, or empty if there is none. */
    String identity() throws IOException {
        return Files.exists(folder.resolve("IDENTITY")) ? head("IDENTITY").strip() : "";
    }

    private String head(String name) throws IOException {
        try (var in = Files.newInputStream(folder.resolve(name))) {
            return new String(in.readNBytes(128), StandardCharsets.ISO_8859_1);
        }
    }
}
