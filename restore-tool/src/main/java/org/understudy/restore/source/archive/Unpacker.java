package org.understudy.restore.source.archive;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.ArchiveEntry;
import org.apache.commons.compress.archivers.ArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;

/** Unpacks one archive below a folder, and lists what it did not unpack. */
final class Unpacker {
    /** Octets unpacked for each octet of the archive; mail packs to a tenth, a file of zeros to a thousandth. */
    static final long LARGEST_RATIO = 200;

    /** Octets that may be unpacked at any ratio. */
    private static final long ALWAYS = 64L << 20;

    private static final int BUFFER = 1 << 16;
    private static final long MEGABYTE = 1_000_000;
    /** Milliseconds to the end of the year 9999. */
    private static final long LATEST = 253_402_300_799_000L;

    /**
     * Something of the archive that lies in no file.
     *
     * @param name of the entry, or of the archive itself
     */
    record Left(String name, String why) {}

    /** What the disk that is written to says, told from what the archive's disk says. */
    static final class ScratchException extends IOException {
        private static final long serialVersionUID = 1;

        ScratchException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** An archive that unpacks to far more than it holds. */
    private static final class BombException extends IOException {
        private static final long serialVersionUID = 1;

        BombException(String message) {
            super(message);
        }
    }

    private final Path archive;
    private final Path to;
    private final Progress progress;
    private final List<Left> left = new ArrayList<>();
    private final byte[] buffer = new byte[BUFFER];
    private long files;
    private long unpacked;
    private long zipped;

    private Unpacker(Path archive, Path to, Progress progress) {
        this.archive = archive;
        this.to = to;
        this.progress = progress;
    }

    /**
     * Unpacks all that is sound and safe.
     *
     * @param to an empty folder
     * @param progress is told how much of the archive was read, in MB, and how many octets were written
     * @throws ScratchException if {@code to} cannot be written
     * @throws IOException if the archive cannot be opened at all
     */
    static List<Left> unpack(Path archive, ArchiveKind kind, Path to, Progress progress) throws IOException {
        Unpacker unpacker = new Unpacker(archive, to, progress);
        progress.begin("unpacking", Files.size(archive) / MEGABYTE, "MB");
        switch (kind.form()) {
            case ZIP -> unpacker.zip();
            case TAR -> unpacker.tar(kind);
            case SINGLE -> unpacker.single(kind);
        }
        return unpacker.left;
    }

    private void tar(ArchiveKind kind) throws IOException {
        try (Counting raw = new Counting(Files.newInputStream(archive));
                LastBlock blocks =
                        new LastBlock(ArchiveKind.unpacking(kind.packing(), new BufferedInputStream(raw, BUFFER)));
                TarArchiveInputStream in = new TarArchiveInputStream(blocks, "UTF-8")) {
            if (stream(in, raw) && !blocks.isEmpty()) {
                left.add(new Left(
                        archive.getFileName().toString(),
                        "the mark that ends a tar archive is missing: it was cut off after %,d files, and how many are"
                                        .formatted(files)
                                + " missing is not known"));
            }
        }
    }

    private void zip() throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            List<ZipArchiveEntry> entries = new ArrayList<>();
            zip.getEntriesInPhysicalOrder().asIterator().forEachRemaining(entries::add);
            for (ZipArchiveEntry entry : entries) {
                if (entry.isUnixSymlink()) {
                    left.add(link(entry.getName()));
                } else if (!zip.canReadEntryData(entry)) {
                    left.add(new Left(entry.getName(), "is encrypted, or packed by a method that is not known here"));
                } else {
                    zipped += entry.getCompressedSize();
                    take(entry, () -> new Verified(zip.getInputStream(entry), entry.getCrc()), () -> zipped);
                }
            }
        } catch (ScratchException e) {
            throw e;
        } catch (IOException noDirectory) {
            left.add(new Left(
                    archive.getFileName().toString(),
                    "the zip archive's directory at its end cannot be read (" + words(noDirectory)
                            + "): entries were taken from its begin on, and more may be missing"));
            try (Counting raw = new Counting(Files.newInputStream(archive));
                    ZipArchiveInputStream in =
                            new ZipArchiveInputStream(new BufferedInputStream(raw, BUFFER), "UTF-8", true, true)) {
                stream(in, raw);
            }
        }
    }

    /** One file of the archive's name without its ending. */
    private void single(ArchiveKind kind) throws IOException {
        String name = archive.getFileName().toString();
        String ending = kind.packing().ending();
        String bare = name.toLowerCase(Locale.ROOT).endsWith(ending) && name.length() > ending.length()
                ? name.substring(0, name.length() - ending.length())
                : name;
        Path file = to.resolve(bare);
        try (Counting raw = new Counting(Files.newInputStream(archive));
                InputStream in = ArchiveKind.unpacking(kind.packing(), new BufferedInputStream(raw, BUFFER))) {
            write(in, file, () -> raw.count);
        } catch (ScratchException e) {
            throw e;
        } catch (IOException e) {
            left.add(new Left(name, cut(Files.exists(file) ? Files.size(file) : 0, e)));
        }
        if (Files.exists(file)) {
            Files.setLastModifiedTime(file, Files.getLastModifiedTime(archive));
        }
    }

    /** Entries one after the other; false if the archive cannot be read to its end. */
    private boolean stream(ArchiveInputStream<? extends ArchiveEntry> in, Counting raw) throws IOException {
        String last = "";
        try {
            for (ArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                last = entry.getName();
                if (entry instanceof TarArchiveEntry tar && !plain(tar)) {
                    continue;
                }
                if (!take(entry, () -> uncloseable(in), () -> raw.count)) {
                    throw new IOException("that entry is incomplete");
                }
            }
            return true;
        } catch (ScratchException e) {
            throw e;
        } catch (IOException | IllegalArgumentException e) {
            left.add(new Left(
                    archive.getFileName().toString(),
                    "the archive cannot be read beyond octet %,d%s: %s. %,d files before that place were unpacked; how"
                                    .formatted(raw.count, last.isEmpty() ? "" : ", at '" + last + "'", words(e), files)
                            + " many are missing after it is not known"));
            return false;
        }
    }

    /** Whether an entry's octets are to be written; hard links and refusals are dealt with here. */
    private boolean plain(TarArchiveEntry entry) throws IOException {
        boolean special = entry.isFIFO() || entry.isCharacterDevice() || entry.isBlockDevice();
        if (!special && !entry.isLink() && !entry.isSymbolicLink()) {
            return true;
        }
        if (entry.isLink()) {
            hardLink(entry);
        } else if (entry.isSymbolicLink()) {
            left.add(link(entry.getName()));
        } else {
            left.add(new Left(entry.getName(), "is a device, pipe or other special file; it was not made"));
        }
        return false;
    }

    private static Left link(String name) {
        return new Left(name, "is a symbolic link; links of an archive are not made");
    }

    private void hardLink(TarArchiveEntry entry) throws IOException {
        Path name = place(entry.getName());
        Path target = within(entry.getLinkName());
        if (name == null) {
            return;
        }
        if (target == null || !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
            left.add(new Left(
                    entry.getName(),
                    "is a hard link to '" + entry.getLinkName() + "', which was not unpacked before it"));
            return;
        }
        try {
            Files.createDirectories(name.getParent());
            Files.createLink(name, target);
            files++;
        } catch (IOException e) {
            throw new ScratchException(e);
        }
    }

    private interface Opening {
        InputStream open() throws IOException;
    }

    /** How much of the archive was read so far. */
    private interface Read {
        long octets();
    }

    /** False if the entry is incomplete, and listed as such. */
    private boolean take(ArchiveEntry entry, Opening content, Read read) throws IOException {
        Path file = place(entry.getName());
        if (file == null) {
            return true;
        }
        if (entry.isDirectory()) {
            try {
                Files.createDirectories(file);
            } catch (IOException e) {
                clash(entry, e);
            }
            return true;
        }
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            clash(entry, e);
            return true;
        }
        try (InputStream in = content.open()) {
            write(in, file, read);
            files++;
        } catch (FileAlreadyExistsException e) {
            left.add(new Left(entry.getName(), "stands in the archive a second time; the first was taken"));
            return true;
        } catch (ScratchException e) {
            throw e;
        } catch (IOException e) {
            long octets = Files.exists(file) ? Files.size(file) : 0;
            Files.deleteIfExists(file);
            left.add(new Left(entry.getName(), cut(octets, e)));
            return false;
        }
        FileTime time = modified(entry);
        if (time != null && time.toMillis() > 0 && time.toMillis() < LATEST) {
            Files.setLastModifiedTime(file, time);
        }
        return true;
    }

    private static @Nullable FileTime modified(ArchiveEntry entry) {
        return switch (entry) {
            case TarArchiveEntry tar -> tar.getLastModifiedTime();
            case ZipArchiveEntry zip -> zip.getLastModifiedTime();
            default -> null;
        };
    }

    /** A file where a folder is needed, or the other way round, is the archive's fault; anything else the disk's. */
    private void clash(ArchiveEntry entry, IOException e) throws ScratchException {
        if (!(e instanceof FileAlreadyExistsException)) {
            throw new ScratchException(e);
        }
        left.add(new Left(entry.getName(), "clashes with another entry: one is a file where the other has a folder"));
    }

    private void write(InputStream in, Path file, Read read) throws IOException {
        OutputStream out;
        try {
            out = Files.newOutputStream(
                    file, java.nio.file.StandardOpenOption.CREATE_NEW, java.nio.file.StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            throw new ScratchException(e);
        }
        try (out) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                unpacked += n;
                progress.advance(read.octets() / MEGABYTE, unpacked);
                if (unpacked > ALWAYS && unpacked / LARGEST_RATIO > read.octets()) {
                    throw new BombException("it unpacks to more than " + LARGEST_RATIO
                            + " times its own size, which no mail does; unpacking was ended here");
                }
                try {
                    out.write(buffer, 0, n);
                } catch (IOException e) {
                    throw new ScratchException(e);
                }
            }
        }
    }

    /** Where an entry goes, or null if its name leads elsewhere; then it is listed. */
    private @Nullable Path place(String name) {
        Path file = within(name);
        if (file == null) {
            left.add(new Left(name, "its path leads out of the archive; it was not unpacked"));
        }
        return file;
    }

    /** Where a name leads within the folder, or null if it leads elsewhere. */
    private @Nullable Path within(String name) {
        String relative = name.replace('\\', '/');
        Path file;
        try {
            file = to.resolve(relative).normalize();
        } catch (InvalidPathException e) {
            file = to.resolve(escaped(relative)).normalize();
        }
        boolean leaves = relative.startsWith("/")
                || relative.indexOf('\0') >= 0
                || List.of(relative.split("/")).contains("..")
                || !file.startsWith(to)
                || file.equals(to) && !isRoot(relative);
        return leaves ? null : file;
    }

    private static boolean isRoot(String relative) {
        return relative.equals(".") || relative.equals("./");
    }

    /** A name that the system's character set cannot hold, with {@code %} and hexadecimal digits. */
    private static String escaped(String name) {
        StringBuilder escaped = new StringBuilder();
        for (byte b : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
            if (b > 0) {
                escaped.append((char) b);
            } else {
                escaped.append('%').append(String.format(Locale.ROOT, "%02X", b & 0xff));
            }
        }
        return escaped.toString();
    }

    private static String cut(long octets, IOException e) {
        return "is incomplete: %s after %,d octets".formatted(words(e), octets);
    }

    private static String words(Exception e) {
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        String message = e.getMessage();
        return message == null ? "it ends too early" : message;
    }

    private static InputStream uncloseable(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                return in.read(to, offset, length);
            }

            @Override
            public void close() {
                // the next entry is read from the same stream
            }
        };
    }

    /** Compares the checksum that a zip archive states, at the end of the entry. */
    private static final class Verified extends FilterInputStream {
        private final CRC32 sum = new CRC32();
        private final long stated;

        Verified(InputStream in, long stated) {
            super(in);
            this.stated = stated;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = super.read(to, offset, length);
            if (n >= 0) {
                sum.update(to, offset, n);
            } else if (sum.getValue() != stated) {
                throw new IOException("its checksum is not the one that the archive states");
            }
            return n;
        }
    }

    /** Remembers the last 512 octets: an archive that is whole ends with blocks of zeros. */
    private static final class LastBlock extends FilterInputStream {
        private static final int BLOCK = 512;

        private long zeros;

        LastBlock(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = super.read(to, offset, length);
            int trailing = 0;
            while (trailing < n && to[offset + n - 1 - trailing] == 0) {
                trailing++;
            }
            zeros = n < 0 || trailing == n ? zeros + Math.max(n, 0) : trailing;
            return n;
        }

        /** Whether the last whole block was empty. */
        boolean isEmpty() {
            return zeros >= BLOCK;
        }
    }

    /** Counts the octets read of the archive. */
    private static final class Counting extends FilterInputStream {
        private long count;

        Counting(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int octet = super.read();
            count += octet < 0 ? 0 : 1;
            return octet;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            int n = super.read(to, offset, length);
            count += Math.max(n, 0);
            return n;
        }
    }
}
