package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;

/**
 * The decision whether a store may be opened for writing. Reads only. The rules, in the order in which they are applied,
 * are in docs/on-disk-format-guard.md#admission.
 */
final class Admission {
    private final Path storeFolder;
    private final StoreHeader header;
    private final DbFolder folder;

    Admission(Path storeFolder, StoreHeader header) {
        this.storeFolder = storeFolder;
        this.header = header;
        this.folder = new DbFolder(storeFolder.resolve(StoreHeader.DATABASE));
    }

    /** @throws OperatorException if it may not */
    void decide(ReadOnlyProbe probe) {
        OpenElsewhere.check(storeFolder);
        GuardPair pair = GuardPair.read(storeFolder);
        GuardRecord record = required(pair);
        try {
            if (record.state() == GuardRecord.State.NEW) {
                requireNoTables();
                return;
            }
            SortedMap<String, Long> files = filesOf(record);
            String manifest = requireManifest(record, files);
            boolean untouched = manifest.equals(record.manifest())
                    && files.getOrDefault(manifest, 0L) == record.manifestSize()
                    && record.state() == GuardRecord.State.CLEAN;
            if (untouched) {
                requireExactly(record, files);
            }
            requireLength(record, manifest, files, probe);
            ReadOnlyProbe.Opened opened = requireOpened(record, files, probe.probe(folder.folder()));
            requireKnown(record, manifest, opened);
            requireTables(opened, files);
            requireSequence(record, manifest, files, opened.lastSequence());
        } catch (IOException e) {
            throw DurableFile.failed("read", folder.folder(), e);
        }
    }

    /**
     * Decides whether the store may be opened for reading beside tables that are damaged or missing: all that the guard
     * knows of must be known to the database, and no acknowledged write may be missing from its log, since rows that
     * nobody knows of would look like mail that was deleted.
     *
     * @param tolerant opens beside such tables
     * @return what is wrong with which tables; empty where their sizes at least are right
     * @throws OperatorException if it may not
     */
    List<String> decideForReading(ReadOnlyProbe tolerant) {
        OpenElsewhere.check(storeFolder);
        GuardRecord record = required(GuardPair.read(storeFolder));
        try {
            if (record.state() == GuardRecord.State.NEW) {
                requireNoTables();
                return List.of();
            }
            SortedMap<String, Long> files = filesOf(record);
            String manifest = requireManifest(record, files);
            requireLength(record, manifest, files, tolerant);
            ReadOnlyProbe.Opened opened = requireOpened(record, files, tolerant.probe(folder.folder()));
            requireKnown(record, manifest, opened);
            requireSequence(record, manifest, files, opened.lastSequence());
            return tableFaults(opened, files);
        } catch (IOException e) {
            throw DurableFile.failed("read", folder.folder(), e);
        }
    }

    boolean isUnused() {
        return required(GuardPair.read(storeFolder)).state() == GuardRecord.State.NEW;
    }

    /** The record of a database as it lies there. */
    GuardRecord recordOf(ReadOnlyProbe probe, Instant now) {
        try {
            SortedMap<String, Long> files = Files.isDirectory(folder.folder()) ? folder.files() : new TreeMap<>();
            String manifest = currentManifest(files);
            ReadOnlyProbe.Opened opened = requireOpened(null, files, probe.probe(folder.folder()));
            requireTables(opened, files);
            SortedMap<String, Long> listed = new TreeMap<>(files);
            listed.keySet().removeIf(name -> !DbFolder.isTable(name) && !DbFolder.isLog(name));
            return new GuardRecord(
                    1,
                    GuardRecord.State.OPEN,
                    now,
                    header.storeId(),
                    folder.identity(),
                    opened.lastSequence(),
                    manifest,
                    files.getOrDefault(manifest, 0L),
                    new TreeSet<>(opened.columnFamilies()),
                    listed);
        } catch (IOException e) {
            throw DurableFile.failed("read", folder.folder(), e);
        }
    }

    /** Checks the one thing that can be known of a database that is already open for writing. */
    void requireSequence(GuardPair pair, long lastSequence) {
        GuardRecord record = required(pair);
        try {
            if (record.state() != GuardRecord.State.NEW) {
                requireSequence(record, folder.current().strip(), folder.files(), lastSequence);
            }
        } catch (IOException e) {
            throw DurableFile.failed("read", folder.folder(), e);
        }
    }

    private GuardRecord required(GuardPair pair) {
        GuardRecord record = pair.newest();
        if (record == null) {
            throw new Refusal(storeFolder)
                    .because("neither guard file can be read: " + pair.trouble())
                    .means("They say what the database must contain; without them, a database that has lost mail looks"
                            + " like a small one.")
                    .nextRestoring("GUARD.a and GUARD.b")
                    .thrown();
        }
        if (!record.storeId().equals(header.storeId())) {
            throw new Refusal(storeFolder)
                    .because("HEADER is of the store " + header.storeId() + ", but the guard files are of the store "
                            + record.storeId())
                    .means("Files of two stores are mixed in this folder.")
                    .nextRestoring("the whole folder")
                    .thrown();
        }
        return record;
    }

    private void requireNoTables() throws IOException {
        if (Files.isDirectory(folder.folder())) {
            folder.files().keySet().stream()
                    .filter(DbFolder::isTable)
                    .findFirst()
                    .ifPresent(table -> {
                        throw new Refusal(storeFolder)
                                .because("the guard says that the store was never used, but there is the table db/"
                                        + table)
                                .means("The guard files are not of this database.")
                                .nextRestoring("GUARD.a and GUARD.b")
                                .thrown();
                    });
        }
    }

    private SortedMap<String, Long> filesOf(GuardRecord record) throws IOException {
        if (!Files.isDirectory(folder.folder())) {
            throw new Refusal(storeFolder)
                    .because("the folder db is missing, but on " + record.writtenAt() + " it held "
                            + tables(record.files().size(), octets(record.files())))
                    .means("All mail of the store was in it; no new database is made in its place.")
                    .nextRestoring("db")
                    .thrown();
        }
        String identity = folder.identity();
        if (!identity.isEmpty() && !record.identity().isEmpty() && !identity.equals(record.identity())) {
            throw new Refusal(storeFolder)
                    .because("db/IDENTITY is " + identity + ", but the store's database is " + record.identity())
                    .means("Somebody has put another database in the place of this store's.")
                    .nextRestoring("db")
                    .thrown();
        }
        return folder.files();
    }

    private String currentManifest(SortedMap<String, Long> files) throws IOException {
        if (!files.containsKey(DbFolder.CURRENT)) {
            throw new Refusal(storeFolder)
                    .because("db/CURRENT is missing")
                    .means("RocksDB would take the folder for an empty one and make a new database in it.")
                    .nextRestoring("db/CURRENT")
                    .thrown();
        }
        String current = folder.current();
        String manifest = current.strip();
        if (!current.endsWith("\n") || !DbFolder.isManifest(manifest)) {
            throw new Refusal(storeFolder)
                    .because("db/CURRENT should hold the name of the MANIFEST, but holds " + quoted(current))
                    .nextRestoring("db/CURRENT")
                    .thrown();
        }
        return manifest;
    }

    private String requireManifest(GuardRecord record, SortedMap<String, Long> files) throws IOException {
        String manifest = currentManifest(files);
        if (DbFolder.manifestNumber(manifest) < DbFolder.manifestNumber(record.manifest())) {
            throw new Refusal(storeFolder)
                    .because("db/CURRENT names " + manifest + ", but on " + record.writtenAt() + " it was already "
                            + record.manifest())
                    .means(
                            "An older copy lies there: opened for writing, RocksDB would delete all tables that are newer"
                                    + " than it.")
                    .nextRestoring("db")
                    .thrown();
        }
        if (!files.containsKey(manifest)) {
            throw new Refusal(storeFolder)
                    .because("db/" + manifest + " is missing, which db/CURRENT names")
                    .means("It lists the tables that hold the mail; they are still there.")
                    .nextRestoring("db/" + manifest)
                    .thrown();
        }
        return manifest;
    }

    private void requireExactly(GuardRecord record, SortedMap<String, Long> files) {
        List<String> faults = new ArrayList<>();
        String first = "";
        for (Map.Entry<String, Long> expected : record.files().entrySet()) {
            Long size = files.get(expected.getKey());
            if (!expected.getValue().equals(size)) {
                first = first.isEmpty() ? "db/" + expected.getKey() : first;
                faults.add("db/" + expected.getKey()
                        + (size == null ? " is missing" : " holds " + size + " octets")
                        + ", was " + expected.getValue() + " octets");
            }
        }
        if (!faults.isEmpty()) {
            throw new Refusal(storeFolder)
                    .because("the store was closed in good order on " + record.writtenAt()
                            + ", but since then files have" + " changed: " + some(faults))
                    .means("Mail that was in them is missing.")
                    .nextRestoring(faults.size() == 1 ? first : "these files")
                    .thrown();
        }
    }

    private void requireLength(
            GuardRecord record, String manifest, SortedMap<String, Long> files, ReadOnlyProbe probe) {
        long size = files.getOrDefault(manifest, 0L);
        if (!manifest.equals(record.manifest()) || size >= record.manifestSize()) {
            return;
        }
        TreeMap<String, Long> unknown = new TreeMap<>(record.files());
        unknown.keySet().removeIf(name -> !DbFolder.isTable(name) || !files.containsKey(name));
        if (probe.probe(folder.folder()) instanceof ReadOnlyProbe.Opened opened) {
            unknown.keySet().removeAll(opened.liveTables().keySet());
        }
        throw new Refusal(storeFolder)
                .because("db/" + manifest + " holds " + size + " octets, but on " + record.writtenAt()
                        + " it was already " + record.manifestSize() + " octets long")
                .means(
                        unknown.isEmpty()
                                ? "It lists the tables that hold the mail, and its end is missing."
                                : "Opened for writing, RocksDB would not know of "
                                        + tables(unknown.size(), octets(unknown))
                                        + " that lie in db (" + some(new ArrayList<>(unknown.keySet()))
                                        + ") and would delete them, with the mail in them.")
                .nextRestoring("db/" + manifest)
                .thrown();
    }

    private ReadOnlyProbe.Opened requireOpened(
            @Nullable GuardRecord record, SortedMap<String, Long> files, ReadOnlyProbe.Report report) {
        return switch (report) {
            case ReadOnlyProbe.Opened opened -> opened;
            case ReadOnlyProbe.Failed failed -> {
                String file = DbFolder.fileIn(failed.message());
                Long size = files.get(file);
                Long recorded = record == null ? null : record.files().get(file);
                String sizes = file.isEmpty()
                        ? ""
                        : "; db/" + file + (size == null ? " is missing" : " holds " + size + " octets")
                                + (recorded == null || recorded.equals(size) ? "" : ", was " + recorded + " octets");
                throw new Refusal(storeFolder)
                        .because("a trial open for reading failed: RocksDB says \"" + failed.message() + "\"" + sizes)
                        .means("Mail in " + (file.isEmpty() ? "the database" : "db/" + file)
                                + " may be damaged or missing; everything else is as it was.")
                        .nextRestoring(file.isEmpty() ? "db" : "db/" + file)
                        .thrown();
            }
        };
    }

    /** A MANIFEST newer than the record has no recorded length, so it is held against the record in another way. */
    private void requireKnown(GuardRecord record, String manifest, ReadOnlyProbe.Opened opened) {
        TreeSet<String> lost = new TreeSet<>(record.columnFamilies());
        lost.removeAll(opened.columnFamilies());
        if (!lost.isEmpty()) {
            throw new Refusal(storeFolder)
                    .because("db/" + manifest + " no longer lists the column families " + some(new ArrayList<>(lost))
                            + ", which were there on " + record.writtenAt())
                    .means("Opened for writing, RocksDB would delete their tables, with the mail in them.")
                    .nextRestoring("db/" + manifest)
                    .thrown();
        }
    }

    private static List<String> tableFaults(ReadOnlyProbe.Opened opened, SortedMap<String, Long> files) {
        List<String> faults = new ArrayList<>();
        new TreeMap<>(opened.liveTables()).forEach((name, expected) -> {
            Long size = files.get(name);
            if (!expected.equals(size)) {
                faults.add("db/" + name + (size == null ? " is missing" : " holds " + size + " octets") + ", was "
                        + expected + " octets");
            }
        });
        return faults;
    }

    private void requireTables(ReadOnlyProbe.Opened opened, SortedMap<String, Long> files) {
        List<String> faults = tableFaults(opened, files);
        if (!faults.isEmpty()) {
            throw new Refusal(storeFolder)
                    .because("tables are not as the database knows them: " + some(faults))
                    .means("Mail that was in them is missing.")
                    .nextRestoring("these files")
                    .thrown();
        }
    }

    private void requireSequence(GuardRecord record, String manifest, SortedMap<String, Long> files, long lastSequence)
            throws IOException {
        OptionalLong witness = WitnessFile.read(storeFolder, header.storeId());
        if (witness.isEmpty() && record.state() != GuardRecord.State.CLEAN) {
            throw new Refusal(storeFolder)
                    .because("the file WITNESS is missing or damaged, and the store was not closed in good order")
                    .means(
                            "It says which write was the last to be acknowledged; without it, nobody can tell whether the"
                                    + " end of the write-ahead log is missing.")
                    .nextRestoring("WITNESS")
                    .thrown();
        }
        long floor = Math.max(record.lastSequence(), witness.orElse(0));
        if (lastSequence < floor) {
            throw new Refusal(storeFolder)
                    .because("acknowledged writes are missing: " + (lastSequence + 1) + " to " + floor + "; "
                            + (manifest.equals(record.manifest())
                                    ? logs(record, files)
                                    : "db/" + manifest + ", which is newer than the guard's record, or the write-ahead"
                                            + " log is cut"))
                    .means("Mail and changes that clients were told are safe would be gone without a word.")
                    .nextRestoring(
                            manifest.equals(record.manifest()) ? "the write-ahead log (db/*.log)" : "db/" + manifest)
                    .thrown();
        }
    }

    /**
     * Which log to look at. RocksDB deletes logs oldest first once their rows are in tables, so one that is missing is
     * suspect only if an older one is still there, or none at all.
     */
    private static String logs(GuardRecord record, SortedMap<String, Long> files) {
        TreeMap<Long, String> there = new TreeMap<>();
        files.forEach((name, size) -> {
            if (DbFolder.isLog(name)) {
                there.put(DbFolder.logNumber(name), "db/" + name + " with " + size + " octets");
            }
        });
        List<String> recorded = new ArrayList<>();
        List<String> faulty = new ArrayList<>();
        record.files().forEach((name, was) -> {
            if (DbFolder.isLog(name)) {
                Long size = files.get(name);
                recorded.add("db/" + name + " with " + was + " octets");
                if (size == null && !there.isEmpty() && DbFolder.logNumber(name) > there.firstKey()) {
                    faulty.add("write-ahead log db/" + name + " was at least " + was + " octets and is missing");
                } else if (size != null && size < was) {
                    faulty.add("write-ahead log db/" + name + " was at least " + was + " octets and is " + size);
                }
            }
        });
        if (there.isEmpty()) {
            return "no write-ahead log is left in db, on " + record.writtenAt() + " there was "
                    + (recorded.isEmpty() ? "none either" : some(recorded));
        }
        return faulty.isEmpty()
                ? "the write-ahead log ends too early (" + some(new ArrayList<>(there.values())) + ")"
                : some(faulty);
    }

    private static long octets(Map<String, Long> files) {
        return files.values().stream().mapToLong(Long::longValue).sum();
    }

    private static String tables(int count, long octets) {
        return count + (count == 1 ? " file" : " files") + " of " + octets + " octets";
    }

    private static String some(List<String> words) {
        int shown = Math.min(4, words.size());
        return String.join(", ", words.subList(0, shown))
                + (shown < words.size() ? " and " + (words.size() - shown) + " more" : "");
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().limit(32).forEach(c -> quoted.append(c >= ' ' && c < 0x7f ? String.valueOf((char) c) : "?"));
        return quoted.append('"').toString();
    }
}
