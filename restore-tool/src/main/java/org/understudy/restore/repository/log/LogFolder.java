package org.understudy.restore.repository.log;

import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** {@link LogFiles} of a directory repository. Names that begin with a dot are temporary. */
final class LogFolder implements LogFiles {
    private final Path folder;

    LogFolder(Path folder) {
        this.folder = folder;
    }

    @Override
    public String location(String name) {
        return folder.resolve(name).toString();
    }

    @Override
    public List<Entry> list() throws IOException {
        List<Entry> entries = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String name = file.getFileName().toString();
                    if (!name.startsWith(".")) {
                        entries.add(new Entry(name, Files.size(file)));
                    }
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public boolean exists(String name) {
        return Files.exists(folder.resolve(name));
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        Path file = folder.resolve(name);
        if (!Files.exists(file)) {
            throw new NoSuchFileException(file.toString());
        }
        // A plain stream, since an interrupt closes an NIO channel in the middle of a read.
        FileInputStream in = new FileInputStream(file.toFile());
        try {
            in.skipNBytes(Math.min(offset, in.getChannel().size()));
            return in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    @Override
    public void put(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name);
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path temporary = folder.resolve("." + name + ".tmp");
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(bytes);
            out.getFD().sync();
        }
        try {
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException e) {
            throw new IOException(folder + " lies on a file system without hard links", e);
        }
        Files.delete(temporary);
        sync();
    }

    @Override
    public boolean delete(String name) throws IOException {
        boolean was = Files.deleteIfExists(folder.resolve(name));
        if (was) {
            sync();
        }
        return was;
    }

    private void sync() throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
