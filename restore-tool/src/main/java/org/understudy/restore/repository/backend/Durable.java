package org.understudy.restore.repository.backend;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import org.understudy.storage.keyspace.Digest;

/**
 * Files that are on the disk when a method returns, and their digests. Plain streams are used for contents, since an
 * interrupt closes an NIO channel in the middle of a read.
 */
public final class Durable {
    private static final int PIECE = 1 << 20;

    private Durable() {}

    /** SHA-256. */
    public static Digest digest(byte[] bytes) {
        return Digest.of(Digest.sha256().digest(bytes));
    }

    /** SHA-256 of a file's content. */
    public static Digest digest(Path file, ByteMeter meter) throws IOException, InterruptedException {
        try (InputStream in = new FileInputStream(file.toFile())) {
            return digest(in, meter);
        }
    }

    /** Hashes what is left of a stream. */
    public static Digest digest(InputStream in, ByteMeter meter) throws IOException, InterruptedException {
        MessageDigest sha = Digest.sha256();
        byte[] piece = new byte[PIECE];
        for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
            sha.update(piece, 0, n);
            meter.bytes(n);
        }
        return Digest.of(sha.digest());
    }

    /** Copies a stream to the new or leftover file {@code to}, syncs it, and returns the digest of what was read. */
    public static Digest copy(InputStream in, Path to, ByteMeter meter) throws IOException, InterruptedException {
        try (FileOutputStream out = new FileOutputStream(to.toFile())) {
            MessageDigest sha = Digest.sha256();
            byte[] piece = new byte[PIECE];
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                sha.update(piece, 0, n);
                out.write(piece, 0, n);
                meter.bytes(n);
            }
            out.getFD().sync();
            return Digest.of(sha.digest());
        }
    }

    /** Writes a whole file under a temporary name, syncs it, and renames it: readers see nothing or all of it. */
    public static void write(Path file, byte[] bytes, String permissions) throws IOException {
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary);
        permit(temporary, "rw-------");
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
        permit(temporary, permissions);
        rename(temporary, file);
    }

    /** Renames within one file system and syncs the folder of {@code to}. */
    public static void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException(to + " cannot be renamed into place in one step on this file system", e);
        }
        syncFolder(folderOf(to));
    }

    /** Makes a folder and those above it; each new one is on disk. */
    public static void folder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            if (parent != null) {
                folder(parent);
            }
            try {
                Files.createDirectory(folder);
            } catch (FileAlreadyExistsException e) {
                if (!Files.isDirectory(folder)) {
                    throw e;
                }
                // Made by another writer meanwhile, and made durable below whoever made it.
            }
            if (parent != null) {
                syncFolder(parent);
            }
        }
    }

    /** Makes renames, new and deleted files of a folder durable. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** The folder that a file lies in, absolute. */
    public static Path folderOf(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " has no folder");
        }
        return parent;
    }

    /** Sets permissions such as {@code r--r-----} where the file system knows them. */
    public static void permit(Path file, String permissions) throws IOException {
        if (Files.getFileAttributeView(file, PosixFileAttributeView.class) != null) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        }
    }

    /** Deletes a folder with all that is in it, following no link; nothing to do where there is none. */
    public static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        java.util.List<Path> all;
        try (java.util.stream.Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(java.util.Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }
}
