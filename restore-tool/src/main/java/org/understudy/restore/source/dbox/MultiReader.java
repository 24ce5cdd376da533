package org.understudy.restore.source.dbox;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.dovecot.DovecotIndex;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.storage.keyspace.Flags;

/**
 * One user's mdbox. Holds where each message lies, about 300 octets a message, from its making on; the files do not
 * change meanwhile.
 */
final class MultiReader {
    /** One message of one file. */
    private static final class Found {
        private final File file;
        private final StoredFile.Stored stored;
        private boolean given;

        Found(File file, StoredFile.Stored stored) {
            this.file = file;
            this.stored = stored;
        }
    }

    /** A file of messages, or one that cannot be read. */
    private record File(
            Path path,
            String relative,
            long number,
            String failure,
            List<Found> found,
            List<StoredFile.Fault> faults) {}

    /** Where the map says that a message lies. */
    private record Place(long file, long offset) {}

    private final DovecotIndex map;
    private final List<File> files = new ArrayList<>();
    private final List<DboxTree.Directory> storages = new ArrayList<>();
    private final Map<Place, Found> byPlace = new HashMap<>();
    private final Map<String, Found> byGuid = new HashMap<>();
    private final Map<Place, Integer> references = new HashMap<>();
    /** Stretches told of as the place of a message that is lost. */
    private final Set<StoredFile.Fault> told = Collections.newSetFromMap(new IdentityHashMap<>());

    MultiReader(DboxTree.Home home) throws IOException {
        DboxTree.Directory storage = home.storage();
        if (storage == null) {
            throw new IllegalStateException(home.relative() + " is no mdbox");
        }
        this.map = DovecotIndex.read(storage.directory(), DboxTree.MAP, Set.of("map", "ref"));
        storages.add(storage);
        if (home.alternate() != null && home.alternate().storage() != null) {
            storages.add(home.alternate().storage());
        }
        for (DboxTree.Directory each : storages) {
            scan(each);
        }
        for (long uid : map.uids()) {
            Place place = place(uid);
            byte[] count = map.data(uid, "ref");
            if (place != null && count.length >= 2) {
                references.put(place, Short.toUnsignedInt(numbers(count).getShort(0)));
            }
        }
    }

    private void scan(DboxTree.Directory storage) throws IOException {
        TreeMap<Long, Path> plain = new TreeMap<>();
        List<Path> broken = new ArrayList<>();
        for (Path entry : entries(storage)) {
            Matcher name = DboxTree.MULTI.matcher(NameText.of(entry));
            if (name.matches() && Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
                if (name.group(2) == null) {
                    plain.put(Long.parseLong(name.group(1)), entry);
                } else {
                    broken.add(entry);
                }
            }
        }
        for (Map.Entry<Long, Path> file : plain.entrySet()) {
            files.add(file(file.getValue(), storage.relative(), file.getKey()));
        }
        for (Path file : broken) {
            files.add(file(file, storage.relative(), -1));
        }
    }

    private static List<Path> entries(DboxTree.Directory storage) {
        try {
            return DboxTree.list(storage.directory());
        } catch (IOException e) {
            return List.of(); // given as an unreadable item when the folder's own files are
        }
    }

    private File file(Path path, String storage, long number) {
        String relative = DboxTree.join(storage, NameText.of(path));
        StoredFile read;
        try {
            read = StoredFile.read(path);
        } catch (IOException e) {
            return new File(path, relative, number, ReadFailure.words(e), List.of(), List.of());
        }
        List<Found> found = new ArrayList<>(read.messages().size());
        File file = new File(path, relative, number, "", found, read.faults());
        for (StoredFile.Stored stored : read.messages()) {
            Found one = new Found(file, stored);
            found.add(one);
            if (number >= 0) {
                byPlace.putIfAbsent(new Place(number, stored.offset()), one);
            }
            if (!stored.metadata().guid().isEmpty()) {
                byGuid.putIfAbsent(stored.metadata().guid().toLowerCase(Locale.ROOT), one);
            }
        }
        return file;
    }

    /** Mailboxes of first delivery of messages that no index may lead to: their names with {@code /} between levels. */
    Set<String> mailboxesOfDelivery(List<DovecotIndex> indexes) {
        Set<Found> reached = new HashSet<>();
        for (DovecotIndex index : indexes) {
            for (long uid : index.uids()) {
                Found found = found(index, uid);
                if (found != null) {
                    reached.add(found);
                }
            }
        }
        Set<String> names = new TreeSet<>();
        for (File file : files) {
            for (Found found : file.found()) {
                if (!reached.contains(found) && !isExpunged(found)) {
                    names.add(mailboxOf(found));
                }
            }
        }
        return names;
    }

    static DovecotIndex index(DboxTree.MailboxDirectory directory) {
        return DovecotIndex.read(directory.directory(), "dovecot.index", Set.of("mdbox", "guid"));
    }

    /** Gives what one mailbox's index names. */
    void mailbox(Items items, DboxTree.MailboxDirectory directory, SourceMailbox mailbox) throws IOException {
        DovecotIndex index = index(directory);
        for (long uid : new TreeSet<>(index.uids())) {
            Found found = found(index, uid);
            String path = directory.relative() + "#" + uid;
            if (found == null) {
                items.unreadable(path, Optional.of(mailbox), missing(index, uid));
                continue;
            }
            found.given = true;
            items.message(
                    path + " in " + found.file.relative() + "@" + found.stored.offset()
                            + (index.isSound() ? "" : " (flags and keywords perhaps older)"),
                    mailbox,
                    uid,
                    index.allFlags(uid),
                    found.file.path(),
                    found.stored,
                    "");
        }
        for (Path entry : items.list(directory.directory(), directory.relative(), Optional.of(mailbox))) {
            String name = NameText.of(entry);
            boolean isIndex = name.equals("dovecot.index") || name.equals("dovecot.index.log");
            items.other(
                    entry,
                    DboxTree.join(directory.relative(), name),
                    Optional.of(mailbox),
                    isIndex ? index.condition() : "");
        }
    }

    /** By the map, unless the message there is another than the mailbox's index says; else by its GUID. */
    private @Nullable Found found(DovecotIndex index, long uid) {
        String guid = HexFormat.of().formatHex(index.data(uid, "guid"));
        Place place = place(mapUid(index, uid));
        Found there = place == null ? null : byPlace.get(place);
        if (there != null) {
            String found = there.stored.metadata().guid().toLowerCase(Locale.ROOT);
            if (guid.isEmpty() || found.length() != guid.length() || found.equals(guid)) {
                return there;
            }
        }
        return guid.isEmpty() ? null : byGuid.get(guid);
    }

    private String missing(DovecotIndex index, long uid) {
        long mapUid = mapUid(index, uid);
        Place place = place(mapUid);
        if (place == null) {
            return "UID %d is message %d of the map, which does not have it%s"
                    .formatted(uid, mapUid, map.condition().isEmpty() ? "" : "; " + map.condition());
        }
        for (File file : files) {
            if (file.number() == place.file()) {
                return "%s should hold UID %d at octet %,d: %s"
                        .formatted(file.relative(), uid, place.offset(), fault(file, place.offset()));
            }
        }
        return "UID %d should lie in storage/m.%d at octet %,d, and the file is not there%s"
                .formatted(
                        uid,
                        place.file(),
                        place.offset(),
                        index.isMarked(uid)
                                ? "; the index says that it lies in alternate storage, which is not part of this source"
                                : "");
    }

    private String fault(File file, long offset) {
        for (StoredFile.Fault fault : file.faults()) {
            if (fault.from() <= offset && offset < fault.to()) {
                told.add(fault);
                return fault.why();
            }
        }
        return file.failure().isEmpty() ? "no message begins there" : file.failure();
    }

    private static long mapUid(DovecotIndex index, long uid) {
        byte[] data = index.data(uid, "mdbox");
        return data.length < 4 ? 0 : Integer.toUnsignedLong(numbers(data).getInt(0));
    }

    private @Nullable Place place(long mapUid) {
        byte[] data = map.data(mapUid, "map");
        if (data.length < 8) {
            return null;
        }
        long file = Integer.toUnsignedLong(numbers(data).getInt(0));
        return file == 0
                ? null
                : new Place(file, Integer.toUnsignedLong(numbers(data).getInt(4)));
    }

    private static ByteBuffer numbers(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private boolean isExpunged(Found found) {
        Integer count = references.get(new Place(found.file.number(), found.stored.offset()));
        return map.isSound() && count != null && count == 0;
    }

    /** The mailbox that a message was delivered to first, with {@code /} between levels. */
    private static String mailboxOf(Found found) {
        String name = found.stored.metadata().mailbox();
        return name.isEmpty() ? "INBOX" : name;
    }

    /** Names a mailbox of delivery. */
    interface Naming {
        SourceMailbox of(String mailboxOfDelivery);
    }

    /** Gives what no mailbox's index named, what lies between messages, and the storage's other files. */
    void rest(Items items, Naming naming) throws IOException {
        Set<String> given = new HashSet<>();
        for (File file : files) {
            file.found().stream().filter(found -> found.given).forEach(found -> given.add(guid(found)));
        }
        for (File file : files) {
            if (!file.failure().isEmpty()) {
                items.unreadable(file.relative(), Optional.empty(), file.failure());
            } else if (file.found().isEmpty() && file.faults().isEmpty()) {
                items.ignored(file.relative(), "an mdbox file without any message");
            }
            for (Found found : file.found()) {
                if (!found.given) {
                    unnamed(items, naming, file, found, given);
                }
            }
            for (StoredFile.Fault fault : file.faults()) {
                if (!told.contains(fault)) {
                    items.fault(file.relative(), Optional.empty(), fault);
                }
            }
        }
        Set<Path> scanned = new HashSet<>();
        files.forEach(file -> scanned.add(file.path()));
        for (DboxTree.Directory storage : storages) {
            for (Path entry : items.list(storage.directory(), storage.relative(), Optional.empty())) {
                String name = NameText.of(entry);
                boolean isMap = name.equals(DboxTree.MAP) || name.equals(DboxTree.MAP + ".log");
                if (!scanned.contains(entry)) {
                    items.other(
                            entry,
                            DboxTree.join(storage.relative(), name),
                            Optional.empty(),
                            isMap ? map.condition() : "");
                }
            }
        }
    }

    private void unnamed(Items items, Naming naming, File file, Found found, Set<String> given) throws IOException {
        String path = file.relative() + "@" + found.stored.offset();
        if (isExpunged(found)) {
            items.ignored(path, "expunged from every mailbox, and waiting for 'doveadm purge'");
        } else if (!guid(found).isEmpty() && !given.add(guid(found))) {
            items.ignored(path, "a second copy of a message that is given (GUID " + guid(found) + ")");
        } else {
            items.message(
                    path + " (in the mailbox of its delivery; no index says where it is now, or its flags)",
                    naming.of(mailboxOf(found)),
                    0,
                    Flags.NONE,
                    file.path(),
                    found.stored,
                    "");
        }
    }

    private static String guid(Found found) {
        return found.stored.metadata().guid();
    }
}
