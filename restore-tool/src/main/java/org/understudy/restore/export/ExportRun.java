package org.understudy.restore.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * One export under way in a folder, from its first command to the one that ends it. {@value #FILE} has a line each: the
 * CRC-32C of its JSON in 8 hexadecimal digits, a blank, the JSON. A last line that was cut does not count.
 */
final class ExportRun implements AutoCloseable {
    private static final String FILE = "understudy-export.run";
    private static final String LOCK = "understudy-export.lock";
    private static final String STAGING = ".understudy-partial";
    private static final FileAttribute<?> OWN_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final ObjectMapper MAPPER = OperationJson.mapper();
    private static final int CRC_DIGITS = 8;

    /** A line after the first; one of the two. */
    private record Line(
            @Nullable String tree,
            @Nullable String place,
            @Nullable ExportPiece piece) {}

    private final Path out;
    private final FileChannel lockFile;
    private final FileLock lock;
    private final Map<String, String> places = new LinkedHashMap<>();
    private final List<ExportPiece> pieces = new ArrayList<>();
    private boolean resumed;
    /** Whether this command has begun the run. */
    private boolean fresh;

    private @Nullable ExportAsked asked;
    /** Octets of the lines that were written whole. */
    private long end;

    private ExportRun(Path out, FileChannel lockFile, FileLock lock) {
        this.out = out;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Begins an export into a folder, made where it is missing, or goes on with the one that was cut short there.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if another export was cut short there, {@link Reason#BUSY} if one
     *     is under way
     */
    static ExportRun begin(Path out, ExportAsked asked) throws IOException {
        if (!Files.isDirectory(out)) {
            Files.createDirectories(out, OWN_FOLDER);
        }
        FileChannel channel = FileChannel.open(out.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw busy(out, e);
        }
        if (lock == null) {
            channel.close();
            throw busy(out, null);
        }
        ExportRun run = new ExportRun(out, channel, lock);
        try {
            run.start(asked);
            return run;
        } catch (IOException | RuntimeException e) {
            run.close();
            throw e;
        }
    }

    private static OperatorException busy(Path out, @Nullable Throwable cause) {
        return new OperatorException(
                Reason.BUSY,
                "another export into " + out + " is under way",
                "Wait until it has ended, or name another folder.",
                cause);
    }

    private void start(ExportAsked wanted) throws IOException {
        Path file = out.resolve(FILE);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            read(file);
        }
        ExportAsked before = asked;
        if (before == null) {
            Files.deleteIfExists(file);
            asked = wanted;
            fresh = true;
            append(wanted);
            deleteStaging(0);
        } else if (before.same(wanted)) {
            resumed = true;
            int last = pieces.isEmpty() ? 0 : pieces.getLast().number();
            deleteStaging(last);
            if (last > 0 && Files.exists(staging(last))) {
                move(pieces.getLast());
            }
        } else {
            throw new OperatorException(
                    Reason.CONFLICT,
                    out + " holds an export that was cut short: " + before.kind() + " of "
                            + String.join(", ", before.users()) + " from " + before.origin() + ", begun "
                            + before.started(),
                    "Give that command again to end it, or name another folder. To give it up, delete " + file
                            + " and what it had written.");
        }
    }

    private void read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean whole = line.length() > CRC_DIGITS
                    && crc(line.substring(CRC_DIGITS + 1)).equals(line.substring(0, CRC_DIGITS));
            if (!whole && i + 1 == lines.size()) {
                return; // the write that was cut short; its work is done again
            }
            try {
                if (!whole) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            file + " line " + (i + 1) + " was changed or damaged",
                            "What was exported so far cannot be trusted to be complete: name another folder.");
                }
                accept(i, line.substring(CRC_DIGITS + 1));
                end += line.getBytes(StandardCharsets.UTF_8).length + 1;
            } catch (JsonProcessingException e) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        file + " line " + (i + 1) + " is of another version of this program: " + e.getOriginalMessage(),
                        "Go on with the version that began it, or name another folder.",
                        e);
            }
        }
    }

    private void accept(int index, String json) throws JsonProcessingException {
        if (index == 0) {
            ExportAsked heading = MAPPER.readValue(json, ExportAsked.class);
            if (!ExportAsked.FORMAT.equals(heading.format()) || heading.version() != ExportAsked.VERSION) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        out.resolve(FILE) + ": expected format " + ExportAsked.FORMAT + " version "
                                + ExportAsked.VERSION + ", found " + heading.format() + " version " + heading.version(),
                        "Go on with the version of Understudy that began it, or name another folder.");
            }
            asked = heading;
            return;
        }
        Line line = MAPPER.readValue(json, Line.class);
        if (line.piece() != null) {
            pieces.add(line.piece());
        } else if (line.tree() != null && line.place() != null) {
            places.put(line.tree(), line.place());
        }
    }

    /** Whether this goes on with an export that was cut short. */
    boolean resumed() {
        return resumed;
    }

    /** What is done already of a user. */
    List<ExportPiece> done(String user) {
        return pieces.stream().filter(piece -> piece.user().equals(user)).toList();
    }

    /** Where a user's tree lies, if it was begun. */
    Optional<String> place(String user) {
        return Optional.ofNullable(places.get(user));
    }

    /** Places that are taken by other users of this run. */
    Collection<String> places() {
        return places.values();
    }

    /**
     * Begins the tree of a user.
     *
     * @param place name of its folder or archive
     * @throws OperatorException {@link Reason#CONFLICT} if there is something of that name
     */
    void begin(String user, String place) throws IOException {
        requireFree(out.resolve(place));
        append(new Line(user, place, null));
        places.put(user, place);
    }

    /** Makes the folder of a user's tree where it is missing. */
    Path tree(String place) throws IOException {
        Path tree = out.resolve(place);
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(tree, OWN_FOLDER);
        }
        return tree;
    }

    /** An empty folder for the next piece. */
    Path staging() throws IOException {
        Path folder = staging(next());
        deleteTree(folder);
        if (!Files.isDirectory(out.resolve(STAGING))) {
            Files.createDirectory(out.resolve(STAGING), OWN_FOLDER);
        }
        return Files.createDirectory(folder);
    }

    /** Number of the next piece. */
    int next() {
        return pieces.isEmpty() ? 1 : pieces.getLast().number() + 1;
    }

    /** Notes a piece as done, and moves what lies in its folder to its target. */
    void place(ExportPiece piece) throws IOException {
        append(new Line(null, null, piece));
        pieces.add(piece);
        move(piece);
    }

    private void move(ExportPiece piece) throws IOException {
        Path from = staging(piece.number());
        Path target = out.resolve(piece.target());
        Files.createDirectories(target, OWN_FOLDER);
        List<Path> entries = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(from)) {
            stream.forEach(entries::add);
        }
        entries.sort(Comparator.naturalOrder());
        for (Path entry : entries) {
            Path to = target.resolve(entry.getFileName());
            requireFree(to);
            Files.move(entry, to, StandardCopyOption.ATOMIC_MOVE);
        }
        OnDisk.syncFolder(target);
        Files.delete(from);
    }

    private static void requireFree(Path path) {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "there is already " + path + ", and an export never overwrites",
                    "Name an empty folder with --out, or move that away.");
        }
    }

    /** Ends the run: takes its own files away. */
    void end() throws IOException {
        deleteTree(out.resolve(STAGING));
        Files.deleteIfExists(out.resolve(FILE));
        Files.deleteIfExists(out.resolve(LOCK));
    }

    private void append(Object value) throws IOException {
        String json = MAPPER.writeValueAsString(value);
        byte[] line = (crc(json) + " " + json + "\n").getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(out.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            ByteBuffer bytes = ByteBuffer.wrap(line);
            while (bytes.hasRemaining()) {
                channel.write(bytes, end + bytes.position());
            }
            channel.force(true);
        }
        end += line.length;
    }

    private static String crc(String json) {
        CRC32C crc = new CRC32C();
        crc.update(json.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private Path staging(int number) {
        return out.resolve(STAGING).resolve(Integer.toString(number));
    }

    /** Deletes what was being written, but for the piece that is only to be moved. */
    private void deleteStaging(int kept) throws IOException {
        Path folder = out.resolve(STAGING);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        List<Path> entries = new ArrayList<>();
        try (var stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        }
        for (Path entry : entries) {
            if (!entry.equals(staging(kept))) {
                deleteTree(entry);
            }
        }
    }

    private static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (var walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Lets the lock go. A run that has begun nothing leaves nothing behind. */
    @Override
    public void close() throws IOException {
        if (fresh && places.isEmpty() && pieces.isEmpty()) {
            end();
        }
        lock.release();
        lockFile.close();
    }
}
