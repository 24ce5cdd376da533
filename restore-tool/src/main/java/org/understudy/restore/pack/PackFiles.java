package org.understudy.restore.pack;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.repository.Signer;
import org.understudy.storage.keyspace.Digest;

/** The files of a pack while it is put together, in a folder of their own. */
final class PackFiles implements AutoCloseable {
    static final String SUMS = "SHA256SUMS";

    private final Path folder;
    private final Map<String, String> sums = new TreeMap<>();

    private PackFiles(Path folder) {
        this.folder = folder;
    }

    /** Starts anew in a folder of which nobody else makes use. */
    static PackFiles in(Path folder) throws IOException {
        PackFiles files = new PackFiles(folder);
        files.close();
        Files.createDirectories(folder);
        return files;
    }

    /** Writes the content of a file. */
    interface Contents {
        void write(OutputStream out) throws IOException;
    }

    /** @param name with slashes; of letters, digits, points and hyphens */
    void add(String name, Contents contents) throws IOException {
        Path file = folder.resolve(name);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        MessageDigest sum = Digest.sha256();
        try (OutputStream out =
                new DigestOutputStream(new BufferedOutputStream(new FileOutputStream(file.toFile()), 1 << 16), sum)) {
            contents.write(out);
        }
        if (sums.put(name, HexFormat.of().formatHex(sum.digest())) != null) {
            throw new IllegalStateException(name + " is in the pack already");
        }
    }

    void add(String name, byte[] bytes) throws IOException {
        add(name, out -> out.write(bytes));
    }

    void addText(String name, String text) throws IOException {
        add(name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** A file that comes with the program. */
    void addResource(String name) throws IOException {
        try (InputStream in = PackFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + name + " is missing");
            }
            add(name, in::transferTo);
        }
    }

    /** Writes the list of digests and its signature. */
    void seal(Signer signer) throws IOException {
        StringBuilder list = new StringBuilder();
        sums.forEach((name, sum) -> list.append(sum).append("  ").append(name).append('\n'));
        byte[] bytes = list.toString().getBytes(StandardCharsets.US_ASCII);
        Files.write(folder.resolve(SUMS), bytes);
        Files.write(folder.resolve(SUMS + ".sig"), signer.sign(bytes));
        sums.put(SUMS, "");
        sums.put(SUMS + ".sig", "");
    }

    int count() {
        return sums.size();
    }

    /** Writes all files as an archive. */
    void pack(String root, OutputStream to) throws IOException {
        try (TarGz tar = new TarGz(to)) {
            for (String name : sums.keySet()) {
                tar.add(root + "/" + name, folder.resolve(name), name.endsWith(".sh"));
            }
        }
    }

    /** Deletes the files. */
    @Override
    public void close() throws IOException {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(java.util.Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e.getCause());
        }
    }
}
