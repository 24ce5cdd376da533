package org.understudy.restore.source.jameszip;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.archive.Scratch;
import org.understudy.storage.Content;

/** The entries of an archive: read from it as needed, or, where its directory is lost, unpacked from its begin on. */
final class Archive implements AutoCloseable {
    /** Octets unpacked for each octet packed; mail packs to a tenth, a file of zeros to a thousandth. */
    static final long LARGEST_RATIO = 200;

    private static final long ALWAYS = 64L << 20;
    private static final int BUFFER = 1 << 16;

    /** What makes the octets of one entry. */
    private interface Opening {
        InputStream open() throws IOException;
    }

    /**
     * An entry that is no folder.
     *
     * @param name as the archive has it; a name that comes again with {@code ~2} and so on
     */
    record Entry(String name, Fields fields, Path file, Optional<ZipFile> zip) {
        /**
         * The octets.
         *
         * @throws IOException if the entry is damaged or a bomb; it was then read to the place where that shows
         */
        Content content() throws IOException {
            long size = verified();
            return new Content() {
                @Override
                public long size() {
                    return size;
                }

                @Override
                public InputStream open() throws IOException {
                    return stream();
                }
            };
        }

        private InputStream stream() throws IOException {
            Opening opening =
                    zip.isPresent() ? () -> zip.get().getInputStream(fields.entry()) : () -> Files.newInputStream(file);
            return new BufferedInputStream(opening.open(), BUFFER);
        }

        private long verified() throws IOException {
            if (zip.isEmpty()) {
                return Files.size(file);
            }
            ZipArchiveEntry entry = fields.entry();
            if (!zip.get().canReadEntryData(entry)) {
                throw new IOException("it is encrypted, or packed by a method that is not known here");
            }
            CRC32 sum = new CRC32();
            byte[] buffer = new byte[BUFFER];
            long size = 0;
            try (InputStream in = zip.get().getInputStream(entry)) {
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    sum.update(buffer, 0, n);
                    size += n;
                    bomb(size, entry.getCompressedSize());
                }
            }
            if (sum.getValue() != entry.getCrc() || size != entry.getSize()) {
                throw new IOException("its checksum is %08x over %,d octets, and the archive states %08x over %,d"
                        .formatted(sum.getValue(), size, entry.getCrc(), entry.getSize()));
            }
            return size;
        }
    }

    /** An entry that could not be taken from an archive without a directory, or the fact that there is none. */
    record Left(String name, String why) {}

    private final Optional<ZipFile> zip;
    private final Optional<Scratch> scratch;
    private final List<Entry> entries;
    private final List<Fields> mailboxes;
    private final List<Left> left;

    private Archive(
            Optional<ZipFile> zip,
            Optional<Scratch> scratch,
            List<Entry> entries,
            List<Fields> mailboxes,
            List<Left> left) {
        this.zip = zip;
        this.scratch = scratch;
        this.entries = List.copyOf(entries);
        this.mailboxes = List.copyOf(mailboxes);
        this.left = List.copyOf(left);
    }

    /** Whether the first entry bears a kind as James writes it. */
    static boolean isOne(Path file) throws IOException {
        try (ZipArchiveInputStream in = stream(file)) {
            ZipArchiveEntry first = in.getNextEntry();
            return first != null && new Fields(first).kind().isPresent();
        } catch (IOException | IllegalArgumentException e) {
            return false; // what else it may be is found out by the other formats
        }
    }

    /** @param within folder into which an archive without directory is unpacked */
    static Archive open(Path file, Path within) throws IOException {
        List<Fields> mailboxes = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        ZipFile zip;
        try {
            zip = ZipFile.builder().setPath(file).get();
        } catch (IOException noDirectory) {
            return salvaged(file, within, ReadFailure.words(noDirectory));
        }
        Names names = new Names();
        zip.getEntriesInPhysicalOrder().asIterator().forEachRemaining(entry -> {
            Fields fields = new Fields(entry);
            if (entry.isDirectory()) {
                mailboxes.add(fields);
            } else {
                entries.add(new Entry(names.unique(entry.getName()), fields, file, Optional.of(zip)));
            }
        });
        return new Archive(Optional.of(zip), Optional.empty(), entries, mailboxes, List.of());
    }

    private static Archive salvaged(Path file, Path within, String why) throws IOException {
        List<Fields> mailboxes = new ArrayList<>();
        List<Entry> entries = new ArrayList<>();
        List<Left> left = new ArrayList<>();
        left.add(new Left(
                file.getFileName().toString(),
                "the zip archive's directory at its end cannot be read (" + why
                        + "): entries were taken from its begin on, and more may be missing"));
        Scratch scratch = Scratch.make(within);
        Names names = new Names();
        String name = "";
        try (ZipArchiveInputStream in = stream(file)) {
            for (ZipArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Fields fields = new Fields(entry);
                if (entry.isDirectory()) {
                    mailboxes.add(fields);
                    continue;
                }
                name = names.unique(entry.getName());
                Path to = scratch.folder().resolve("entry-" + entries.size());
                copy(in, to);
                entries.add(new Entry(name, fields, to, Optional.empty()));
            }
        } catch (IOException | IllegalArgumentException e) {
            String words = e instanceof IOException io ? ReadFailure.words(io) : String.valueOf(e.getMessage());
            left.add(new Left(
                    name.isEmpty() ? file.getFileName() + " (begin)" : name + " (incomplete)",
                    "the archive cannot be read beyond this entry: " + words));
        }
        return new Archive(Optional.empty(), Optional.of(scratch), entries, mailboxes, left);
    }

    private static void copy(ZipArchiveInputStream in, Path to) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long size = 0;
        try (OutputStream out = Files.newOutputStream(to)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
                size += n;
                bomb(size, in.getCompressedCount());
            }
        }
    }

    private static void bomb(long unpacked, long packed) throws IOException {
        if (unpacked > ALWAYS && unpacked / LARGEST_RATIO > packed) {
            throw new IOException("it unpacks to more than " + LARGEST_RATIO
                    + " times its own size, which no mail does; unpacking was ended there");
        }
    }

    private static ZipArchiveInputStream stream(Path file) throws IOException {
        return new ZipArchiveInputStream(
                new BufferedInputStream(Files.newInputStream(file), BUFFER), "UTF-8", true, true);
    }

    List<Entry> entries() {
        return entries;
    }

    List<Fields> mailboxes() {
        return mailboxes;
    }

    List<Left> left() {
        return left;
    }

    @Override
    public void close() throws IOException {
        try {
            if (zip.isPresent()) {
                zip.get().close();
            }
        } finally {
            if (scratch.isPresent()) {
                scratch.get().close();
            }
        }
    }

    /** Names given once each. */
    private static final class Names {
        private final java.util.Set<String> taken = new java.util.HashSet<>();

        String unique(String name) {
            String unique = name;
            for (int n = 2; !taken.add(unique); n++) {
                unique = name + "~" + n;
            }
            return unique;
        }
    }
}
