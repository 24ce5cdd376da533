package org.understudy.restore.repository.backend.encrypted;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The keys of an encrypted repository: finds its data key by a master key, and changes which master keys wrap it. What is
 * written is the table {@code encryption.json} and a copy of it; either suffices.
 */
public final class KeyRing {
    /** Where the wrapped data key lies. */
    public static final String TABLE = "encryption.json";

    private static final String COPY = "encryption-copy.json";

    private final Backend below;
    private final Path keyFile;
    private final Clock clock;
    private @Nullable DataKey known;

    KeyRing(Backend below, Path keyFile, Clock clock) {
        this.below = below;
        this.keyFile = keyFile;
        this.clock = clock;
    }

    static boolean isTable(String name) {
        return name.equals(TABLE) || name.equals(COPY);
    }

    /** A key that can open the repository. */
    public record Listed(String id, Instant added, boolean inUse) {}

    /** The master keys that wrap the data key, in the order in which they were added. */
    public List<Listed> list() throws IOException {
        String own = MasterKey.read(keyFile).id();
        return table().keys().stream()
                .map(one -> new Listed(one.id(), one.added(), one.id().equals(own)))
                .toList();
    }

    /** Lets another master key open the repository, too. The caller holds the repository's lock. */
    public void add(MasterKey other) throws IOException {
        DataKey data = find().orElseThrow(this::nothing);
        write(table().with(other, data.bytes(), clock.instant()));
        if (table().unwrap(other).isEmpty()) {
            throw new IllegalStateException("what was wrapped just now can be unwrapped");
        }
    }

    /**
     * Takes a master key's right to open the repository away. The caller holds the repository's lock.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if it has none, {@link Reason#CONFLICT} if it is the last one
     */
    public void remove(String id) throws IOException {
        if (find().isEmpty()) {
            throw nothing();
        }
        KeyTable table = table();
        if (!table.ids().contains(id)) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "repository " + below.location() + " has no key " + id,
                    "Its keys are " + String.join(", ", table.ids()) + ".");
        }
        if (table.keys().size() == 1) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "key " + id + " is the only one that opens repository " + below.location(),
                    "Add another first, or nobody can ever read it again.");
        }
        write(table.without(id));
    }

    private void write(KeyTable table) throws IOException {
        // The copy first: stopped between the two, the table is as it was, and both open what they did.
        below.put(COPY, table.json(), Existing.REPLACE);
        below.put(TABLE, table.json(), Existing.REPLACE);
    }

    /**
     * The data key; empty where there is nothing yet.
     *
     * @throws OperatorException {@link Reason#ACCESS_DENIED} if the master key is not one of the repository's
     */
    synchronized Optional<DataKey> find() throws IOException {
        DataKey cached = known;
        if (cached != null) {
            return Optional.of(cached);
        }
        List<KeyTable> tables = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (String name : List.of(TABLE, COPY)) {
            read(name, faults).ifPresent(tables::add);
        }
        if (tables.isEmpty()) {
            if (faults.isEmpty() && below.top().isEmpty()) {
                return Optional.empty();
            }
            throw faults.isEmpty() ? notEncrypted() : damaged(faults);
        }
        MasterKey master = master(tables.get(0));
        for (KeyTable table : tables) {
            Optional<byte[]> data = table.unwrap(master);
            if (data.isPresent()) {
                known = new DataKey(data.get());
                return Optional.of(known);
            }
        }
        throw wrongKey(master, tables.get(0));
    }

    /** The data key; made where there is nothing yet. The caller holds the repository's lock. */
    DataKey findOrMake() throws IOException {
        Optional<DataKey> found = find();
        if (found.isPresent()) {
            return found.get();
        }
        MasterKey master = MasterKey.read(keyFile);
        byte[] fresh = new byte[Primitives.KEY];
        new SecureRandom().nextBytes(fresh);
        byte[] table = KeyTable.of(master, fresh, clock.instant()).json();
        below.put(TABLE, table, Existing.REFUSE);
        below.put(COPY, table, Existing.REPLACE);
        return find().orElseThrow(this::nothing);
    }

    private KeyTable table() throws IOException {
        List<String> faults = new ArrayList<>();
        for (String name : List.of(TABLE, COPY)) {
            Optional<KeyTable> table = read(name, faults);
            if (table.isPresent()) {
                return table.get();
            }
        }
        throw faults.isEmpty() ? nothing() : damaged(faults);
    }

    private Optional<KeyTable> read(String name, List<String> faults) throws IOException {
        try {
            KeyTable table = KeyTable.parse(below.read(name));
            if (!KeyTable.FORMAT.equals(table.format()) || table.version() != KeyTable.VERSION) {
                faults.add(below.location(name) + ": format '" + table.format() + "' version " + table.version());
                return Optional.empty();
            }
            return Optional.of(table);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            faults.add(below.location(name) + ": " + e.getOriginalMessage());
            return Optional.empty();
        }
    }

    private MasterKey master(KeyTable table) {
        try {
            return MasterKey.read(keyFile);
        } catch (OperatorException e) {
            throw new OperatorException(
                    e.reason(),
                    "repository " + below.location() + " is encrypted and takes " + expected(table.ids()) + ", but "
                            + e.getMessage(),
                    e.hint(),
                    e);
        }
    }

    private OperatorException wrongKey(MasterKey master, KeyTable table) {
        return new OperatorException(
                Reason.ACCESS_DENIED,
                "repository " + below.location() + " is encrypted, and key " + master.id() + " in " + keyFile
                        + " does not open it: it takes " + expected(table.ids()),
                "Name the file of that key as repository.encryption.key-file (its second line from the end says which"
                        + " it is). Without one of those keys nobody can read the repository.");
    }

    private static String expected(List<String> ids) {
        return ids.size() == 1 ? "key " + ids.get(0) : "one of the keys " + String.join(", ", ids);
    }

    private OperatorException damaged(List<String> faults) {
        return new OperatorException(
                Reason.REPOSITORY,
                "the key table of repository " + below.location() + " cannot be read: " + String.join("; ", faults),
                "Bring " + TABLE + " back from a copy of the repository. Nothing in it is secret.");
    }

    private OperatorException notEncrypted() {
        return new OperatorException(
                Reason.REPOSITORY,
                "repository " + below.location() + " is not encrypted: it has no " + TABLE
                        + ", though repository.encryption.key-file is set",
                "A repository is encrypted from its beginning or not at all. Take the setting away to use this one, or"
                        + " name an empty place to begin an encrypted one. If it was encrypted, bring " + TABLE
                        + " back from a copy.");
    }

    private OperatorException nothing() {
        return new OperatorException(
                Reason.REPOSITORY,
                "there is no repository at " + below.location(),
                "The first 'understudy snapshot' makes it.");
    }

    /** The ids of the keys that open an encrypted repository, or empty if it is not encrypted; needs no key. */
    public static List<String> expectedKeys(Backend plain) throws IOException {
        List<String> found = expectedKeys(plain, TABLE);
        return found.isEmpty() ? expectedKeys(plain, COPY) : found;
    }

    private static List<String> expectedKeys(Backend plain, String table) throws IOException {
        try {
            return KeyTable.parse(plain.read(table)).ids();
        } catch (NoSuchFileException | JacksonException e) {
            // One of the two tables suffices; a repository with neither is not encrypted.
            return List.of();
        }
    }
}
