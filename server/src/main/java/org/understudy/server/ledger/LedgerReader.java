package org.understudy.server.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.understudy.restore.job.OnDisk;

/** Reads ledgers beside a running server, or without one. */
public final class LedgerReader {
    private static final String IMPORTED = "imported-";
    private static final String ENDING = ".jsonl";

    private LedgerReader() {}

    /** What the server of a data folder has seen, up to a second ago; empty where it never kept a ledger. */
    public static Optional<LedgerContent> own(Path dataFolder) {
        return LedgerFile.read(dataFolder.resolve(Ledger.FOLDER).resolve(LedgerFile.NAME));
    }

    /**
     * The same, and what was imported from other servers.
     *
     * @throws org.understudy.storage.OperatorException if a file cannot be read
     */
    public static List<LedgerContent> all(Path dataFolder) {
        List<LedgerContent> all = new ArrayList<>();
        own(dataFolder).ifPresent(all::add);
        for (Path file : imported(dataFolder)) {
            LedgerFile.read(file).ifPresent(all::add);
        }
        return all;
    }

    private static List<Path> imported(Path dataFolder) {
        Path folder = dataFolder.resolve(Ledger.FOLDER);
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            name(file).startsWith(IMPORTED) && name(file).endsWith(ENDING))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw OnDisk.failure("cannot list " + folder, e);
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    /**
     * Keeps rows of another server in a data folder, in place of what was imported under the same name.
     *
     * @param name letters, digits, dots, dashes and underscores
     * @return the file
     */
    public static Path keep(Path dataFolder, String name, LedgerContent content) {
        Path folder = dataFolder.resolve(Ledger.FOLDER);
        Path file = folder.resolve(IMPORTED + name.replaceAll("[^A-Za-z0-9._-]", "_") + ENDING);
        try {
            Files.createDirectories(folder);
            LedgerFile.create(file, content).close();
            return file;
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }
}
