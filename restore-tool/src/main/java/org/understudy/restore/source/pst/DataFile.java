package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.source.Numbering;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Witness;
import org.understudy.storage.Content;

/** One open file: gives its messages, folder by folder. */
final class DataFile implements AutoCloseable {
    private static final int PASSWORD = 0x67ff;

    private final String relative;
    private final PstFile file;
    private final Nodes nodes;
    private final FolderTree tree;
    private final Map<Integer, int[]> byFolder;
    private final int categories;
    private final boolean password;
    private final Instant modified;
    private final Map<Integer, Contents> contents = new HashMap<>();

    /** What a folder's table of contents has that the file has not. */
    private record Contents(List<Integer> missing, Optional<String> fault) {}

    private DataFile(Path path, String relative, PstFile file) throws IOException {
        this.relative = relative;
        this.file = file;
        nodes = Nodes.read(file);
        tree = FolderTree.read(file, nodes);
        byFolder = byFolder(nodes, tree);
        categories = categories();
        password = password();
        modified = Files.getLastModifiedTime(path).toInstant();
    }

    /** @throws DamageException if the header is none that can be read */
    static DataFile open(Path path, String relative) throws IOException {
        PstFile file = PstFile.open(path);
        try {
            return new DataFile(path, relative, file);
        } catch (IOException | RuntimeException e) {
            try {
                file.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    /** What people are told of the file. */
    String words() {
        String form = switch (file.form()) {
            case ANSI -> "32-bit";
            case UNICODE -> "64-bit";
            case LARGE_PAGES -> "64-bit with large pages";
        };
        return form + (password ? ", with a password, which encrypts nothing and is not needed" : "");
    }

    long messages() {
        return byFolder.values().stream().mapToLong(list -> list.length).sum();
    }

    /** The names of the mailboxes that mail can come out of. */
    Set<String> mailboxes() {
        Set<String> names = new TreeSet<>();
        for (FolderTree.Folder folder : tree.folders()) {
            boolean expected =
                    folder.shown() && folder.isForMail() && !folder.mailbox().equals("Top");
            if (expected || holdsMail(folder)) {
                names.add(folder.mailbox());
            }
        }
        if (byFolder.containsKey(0)) {
            names.add(FolderTree.NO_FOLDER);
        }
        return names;
    }

    private boolean holdsMail(FolderTree.Folder folder) {
        for (int index : byFolder.getOrDefault(folder.id(), new int[0])) {
            try {
                Properties properties = Properties.of(file, nodes.get(index), new Damages());
                if (Kind.noMail(properties.string(MessageBuilder.MESSAGE_CLASS).orElse(""))
                        .isEmpty()) {
                    return true;
                }
            } catch (IOException | IndexOutOfBoundsException e) {
                return true; // reading the source tells of it with its place
            }
        }
        return false;
    }

    /** @param prefix what comes before each mailbox's name; empty if nothing does */
    void read(String user, String prefix, Numbering out) throws IOException {
        for (Nodes.Fault fault : nodes.faults()) {
            out.give(
                    relative + "#page@" + fault.offset() + (fault.lost() ? "" : " (checksum)"),
                    ref -> new SourceItem.Unreadable(
                            ref,
                            Optional.empty(),
                            "index of nodes: " + fault.why()
                                    + (fault.lost() ? "; messages that it names are missing" : "")));
        }
        for (FolderTree.Folder folder : tree.folders()) {
            SourceMailbox mailbox = new SourceMailbox(user, PstSource.mailbox(prefix, folder.mailbox()));
            if (folder.wrong().isPresent()) {
                out.give(
                        path(folder.id()),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.of(mailbox),
                                "a folder whose name cannot be read: "
                                        + folder.wrong().get() + "; its messages are given under this name"));
            }
            messages(byFolder.getOrDefault(folder.id(), new int[0]), mailbox, out);
            Contents contents = contents(folder);
            if (contents.fault().isPresent()) {
                out.give(
                        path(Node.sibling(folder.id(), Node.CONTENTS)),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.of(mailbox),
                                "the folder's table of contents: "
                                        + contents.fault().get()
                                        + "; its messages were found without it, and whether any is missing is not"
                                        + " known"));
            }
            for (int missing : contents.missing()) {
                out.give(
                        path(missing),
                        ref -> new SourceItem.Unreadable(
                                ref,
                                Optional.of(mailbox),
                                "the folder lists it, and the index of nodes does not have it"));
            }
        }
        SourceMailbox lost = new SourceMailbox(user, PstSource.mailbox(prefix, FolderTree.NO_FOLDER));
        messages(byFolder.getOrDefault(0, new int[0]), lost, out);
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.type() == Node.FOLDER_SETTING) {
                out.give(path(node.id()), ref -> new SourceItem.Ignored(ref, "no mail: a setting of a folder"));
            }
        }
    }

    private String path(int id) {
        return relative + "#" + "%08x".formatted(id);
    }

    private void messages(int[] indexes, SourceMailbox mailbox, Numbering out) throws IOException {
        if (out.skips(indexes.length)) {
            return;
        }
        for (int index : indexes) {
            Node node = nodes.get(index);
            out.give(path(node.id()), ref -> item(ref, node, mailbox));
        }
    }

    /** Compares a folder's own table with the nodes, once; that it cannot be read costs nothing but this comparison. */
    private Contents contents(FolderTree.Folder folder) throws IOException {
        Contents known = contents.get(folder.id());
        if (known != null) {
            return known;
        }
        Contents read;
        Optional<Node> table = nodes.find(Node.sibling(folder.id(), Node.CONTENTS));
        try {
            Set<Integer> listed = table.isEmpty()
                    ? new TreeSet<>()
                    : TableReader.of(file, table.get(), new Damages()).rowIds();
            listed.removeIf(id -> nodes.find(id).isPresent());
            read = new Contents(List.copyOf(listed), Optional.empty());
        } catch (DamageException | IndexOutOfBoundsException e) {
            read = new Contents(List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
        contents.put(folder.id(), read);
        return read;
    }

    private SourceItem item(org.understudy.restore.source.ItemRef ref, Node node, SourceMailbox mailbox) {
        Damages damages = new Damages();
        try {
            Properties properties = Properties.of(file, node, damages);
            String kind = properties.string(MessageBuilder.MESSAGE_CLASS).orElse("");
            Optional<String> other = Kind.noMail(kind);
            if (other.isPresent()) {
                return new SourceItem.Ignored(ref, "no mail: " + other.get() + " (" + printable(kind) + ")");
            }
            List<String> notes = new ArrayList<>();
            Content content = new MessageBuilder(file, damages, notes).build(properties);
            return new SourceItem.Message(
                    ref,
                    mailbox,
                    0,
                    State.arrived(properties).orElse(modified),
                    State.flags(properties, categories),
                    content,
                    List.of(new Witness.Rebuilt("an Outlook data file", notes, damages.list())));
        } catch (IOException e) {
            return new SourceItem.Unreadable(ref, Optional.of(mailbox), words(ReadFailure.words(e), damages));
        } catch (IndexOutOfBoundsException e) {
            return new SourceItem.Unreadable(
                    ref, Optional.of(mailbox), words("a length in it leads out of its block", damages));
        }
    }

    private static String words(String why, Damages damages) {
        List<String> all = new ArrayList<>(List.of(why));
        damages.list().stream().filter(one -> !one.equals(why)).forEach(all::add);
        return String.join("; ", all);
    }

    private static String printable(String text) {
        return text.replaceAll("[^\\x20-\\x7e]", "?");
    }

    private int categories() {
        try {
            return PropertyNames.find(file, nodes, "Keywords");
        } catch (IOException | IndexOutOfBoundsException e) {
            return 0; // messages come without categories; docs/sources.md says so
        }
    }

    private boolean password() {
        try {
            Optional<Node> store = nodes.find(Node.MESSAGE_STORE);
            return store.isPresent()
                    && Properties.of(file, store.get(), new Damages())
                                    .integer(PASSWORD)
                                    .orElse(0)
                            != 0;
        } catch (IOException | IndexOutOfBoundsException e) {
            return false; // a note only
        }
    }

    /** Indexes of message nodes by the id of their folder; 0 for those whose folder is not there. */
    private static Map<Integer, int[]> byFolder(Nodes nodes, FolderTree tree) {
        Set<Integer> known = new TreeSet<>();
        tree.folders().forEach(folder -> known.add(folder.id()));
        Map<Integer, int[]> lists = new HashMap<>();
        Map<Integer, Integer> sizes = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.type() != Node.MESSAGE) {
                continue;
            }
            int folder = known.contains(node.parent()) ? node.parent() : 0;
            int size = sizes.merge(folder, 1, Integer::sum) - 1;
            int[] list = lists.getOrDefault(folder, new int[4]);
            if (size == list.length) {
                list = Arrays.copyOf(list, size * 2);
            }
            list[size] = i;
            lists.put(folder, list);
        }
        lists.replaceAll((folder, list) -> Arrays.copyOf(list, sizes.getOrDefault(folder, 0)));
        return lists;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
