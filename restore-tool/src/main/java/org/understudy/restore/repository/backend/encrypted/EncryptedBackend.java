package org.understudy.restore.repository.backend.encrypted;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.DamagedFileException;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Names;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.storage.keyspace.Digest;

/** Seals all that goes into another backend, and opens what comes out of it. */
public final class EncryptedBackend implements Backend {
    private final Backend below;
    private final KeyRing keys;

    /** @param keyFile that of a master key; it is read when it is needed first */
    public EncryptedBackend(Backend below, Path keyFile, Clock clock) {
        this.below = below;
        this.keys = new KeyRing(below, keyFile, clock);
    }

    /** The keys that open it. */
    public KeyRing keys() {
        return keys;
    }

    @Override
    public String location() {
        return below.location();
    }

    @Override
    public String location(String name) {
        return below.location(name);
    }

    @Override
    public OptionalLong size(String name) throws IOException {
        Names.require(name);
        Optional<DataKey> key = keys.find();
        if (key.isEmpty()) {
            return OptionalLong.empty();
        }
        OptionalLong sealed = below.size(key.get().sealName(name));
        return sealed.isPresent() ? OptionalLong.of(SealedFormat.textSize(sealed.getAsLong())) : sealed;
    }

    @Override
    public InputStream open(String name, long offset) throws IOException {
        return open(name, offset, false);
    }

    @Override
    public InputStream openTolerant(String name) throws IOException {
        return open(name, 0, true);
    }

    private InputStream open(String name, long offset, boolean tolerant) throws IOException {
        Names.require(name);
        DataKey key = keys.find().orElseThrow(() -> new NoSuchFileException(location(name)));
        String sealedName = key.sealName(name);
        long chunk = offset / SealedFormat.TEXT;
        InputStream in = below.open(sealedName, 0);
        try {
            byte[] header = new byte[SealedFormat.HEADER];
            String fault = SealedFormat.fault(header, in.readNBytes(header, 0, header.length));
            if (!fault.isEmpty()) {
                throw new DamagedFileException(place(name, sealedName) + " is damaged: " + fault);
            }
            if (chunk > 0) {
                // A chunk that is not the first can only be known for the last when one lies there at all.
                OptionalLong size = size(name);
                if (size.isPresent() && offset >= size.getAsLong()) {
                    in.close();
                    return InputStream.nullInputStream();
                }
                in.close();
                in = below.open(sealedName, SealedFormat.HEADER + chunk * SealedFormat.CHUNK);
            }
            InputStream text = new OpeningStream(
                    in, SealedFormat.read(key, name, header), place(name, sealedName), chunk, tolerant);
            long skip = offset - chunk * SealedFormat.TEXT;
            for (long left = skip; left > 0; ) {
                long n = text.skip(left);
                if (n == 0 && text.read() < 0) {
                    break;
                }
                left -= Math.max(1, n);
            }
            return text;
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /** Both names, where they differ: the one says what it is, the other where it lies. */
    private String place(String name, String sealedName) {
        return name.equals(sealedName)
                ? location(name)
                : location(name) + " (which lies at " + below.location(sealedName) + ")";
    }

    @Override
    public List<Entry> list(String folder) throws IOException {
        Names.requireFolder(folder);
        Optional<DataKey> key = keys.find();
        if (key.isEmpty()) {
            return List.of();
        }
        // Folders of two digits are not the same below.
        int slash = folder.indexOf('/');
        String wide = slash < 0 ? folder : folder.substring(0, slash + 1);
        List<Entry> entries = new ArrayList<>();
        for (Entry sealed : below.list(wide)) {
            if (!KeyRing.isTable(sealed.name())) {
                key.get()
                        .openName(sealed.name())
                        .filter(name -> name.startsWith(folder))
                        .ifPresent(name -> entries.add(new Entry(name, SealedFormat.textSize(sealed.size()))));
            }
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public List<String> top() throws IOException {
        return below.top().stream().filter(name -> !KeyRing.isTable(name)).toList();
    }

    @Override
    public void put(String name, Payload payload, Existing existing, ByteMeter meter)
            throws IOException, InterruptedException {
        Names.require(name);
        DataKey key = keyForWriting();
        Digest content = payload.digest().orElseThrow(() -> new IllegalArgumentException("a payload without a digest"));
        byte[] salt = key.salt(name, content, payload.size());
        below.put(
                key.sealName(name),
                new Payload() {
                    @Override
                    public long size() {
                        return SealedFormat.sealedSize(payload.size());
                    }

                    @Override
                    public Optional<Digest> digest() {
                        return Optional.empty();
                    }

                    @Override
                    public InputStream open() throws IOException {
                        return new SealingStream(payload.open(), SealedFormat.write(key, name, salt));
                    }
                },
                existing,
                meter);
    }

    private DataKey keyForWriting() throws IOException, InterruptedException {
        try {
            return keys.findOrMake();
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException stopped = new InterruptedException("stopped on request");
            stopped.initCause(e);
            throw stopped;
        }
    }

    @Override
    public boolean delete(String name) throws IOException {
        Names.require(name);
        Optional<DataKey> key = keys.find();
        return key.isPresent() && below.delete(key.get().sealName(name));
    }

    @Override
    public int removeLeftovers() throws IOException {
        return below.removeLeftovers();
    }

    @Override
    public WriterLock lock(String purpose, Instant now) throws IOException {
        return below.lock(purpose, now);
    }

    @Override
    public OptionalLong usableSpace() throws IOException {
        return below.usableSpace();
    }

    @Override
    public Optional<Path> localFile(String name) {
        Names.require(name);
        return Optional.empty();
    }

    @Override
    public void close() {
        below.close();
    }
}
