package org.understudy.restore.source.pst;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.understudy.restore.source.maildir.NameText;

/** The folders of a file, and as which mailboxes they are given. */
final class FolderTree {
    /** Mailbox of messages whose folder is not there any more. */
    static final String NO_FOLDER = "Recovered";

    private static final int NAME = 0x3001;
    private static final int CONTAINER_CLASS = 0x3613;
    private static final int MAIL_ROOT = 0x35e0;
    private static final int DEEPEST = 64;
    private static final String INBOX = "INBOX";
    private static final String SHOWN = "shown";

    /** How Outlook names the inbox in the languages that it speaks most. */
    private static final Set<String> INBOXES = Set.of(
            "inbox",
            "posteingang",
            "boîte de réception",
            "bandeja de entrada",
            "posta in arrivo",
            "caixa de entrada",
            "a receber",
            "postvak in",
            "inkorgen",
            "indbakke",
            "innboks",
            "saapuneet",
            "skrzynka odbiorcza",
            "doručená pošta",
            "beérkezett üzenetek",
            "входящие",
            "вхідні",
            "gelen kutusu",
            "εισερχόμενα",
            "受信トレイ",
            "받은 편지함",
            "收件箱",
            "收件匣");

    /**
     * A folder.
     *
     * @param mailbox its name as a mailbox
     * @param shown whether a mail program shows it
     * @param holds what it is made to hold, for example {@code IPF.Note}; empty for mail
     * @param wrong what is wrong with its properties; empty if nothing
     */
    record Folder(int id, String mailbox, boolean shown, String holds, Optional<String> wrong) {
        boolean isForMail() {
            String lower = holds.toLowerCase(Locale.ROOT);
            return lower.isEmpty()
                    || lower.equals("ipf")
                    || lower.startsWith("ipf.note")
                    || lower.startsWith("ipf.imap");
        }
    }

    private record Found(Node node, String name, String holds, Optional<String> wrong) {}

    private final List<Folder> folders;

    private FolderTree(List<Folder> folders) {
        this.folders = folders;
    }

    static FolderTree read(PstFile file, Nodes nodes) throws IOException {
        Map<Integer, Found> found = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            Node node = nodes.get(i);
            if (node.type() == Node.FOLDER) {
                found.put(node.id(), found(file, node));
            }
        }
        int mailRoot = mailRoot(file, nodes, found);
        List<Folder> folders = new ArrayList<>();
        for (Found one : found.values()) {
            List<String> levels = levels(one, found, mailRoot);
            boolean shown = !levels.isEmpty() && levels.removeFirst().equals(SHOWN);
            folders.add(new Folder(one.node().id(), name(levels, shown), shown, one.holds(), one.wrong()));
        }
        folders.sort(Comparator.comparing(Folder::mailbox).thenComparing(Folder::id, Integer::compareUnsigned));
        return new FolderTree(unique(folders));
    }

    /** By name. */
    List<Folder> folders() {
        return folders;
    }

    private static Found found(PstFile file, Node node) throws IOException {
        Damages damages = new Damages();
        try {
            Properties properties = Properties.of(file, node, damages);
            Optional<String> name = properties.string(NAME).filter(text -> !text.isBlank());
            String holds = properties.string(CONTAINER_CLASS).orElse("");
            if (name.isPresent()) {
                return new Found(node, name.get(), holds, Optional.empty());
            }
            return new Found(
                    node,
                    unnamed(node),
                    holds,
                    node.id() == Node.ROOT_FOLDER || !damages.any()
                            ? Optional.empty()
                            : Optional.of(String.join("; ", damages.list())));
        } catch (DamageException | IndexOutOfBoundsException e) {
            return new Found(node, unnamed(node), "", Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static String unnamed(Node node) {
        return "Folder " + Integer.toHexString(node.id());
    }

    /**
     * The folder under which a mail program shows folders: as the store states it, else, in an OST, by its name; the root if
     * neither tells.
     */
    private static int mailRoot(PstFile file, Nodes nodes, Map<Integer, Found> folders) throws IOException {
        int stated = stated(file, nodes);
        if (folders.containsKey(stated) && stated != Node.ROOT_FOLDER) {
            return stated;
        }
        Map<Integer, Integer> children = new HashMap<>();
        folders.values().forEach(folder -> children.merge(folder.node().parent(), 1, Integer::sum));
        return folders.values().stream()
                .filter(folder -> folder.name().equals("IPM_SUBTREE"))
                .map(folder -> folder.node().id())
                .max(Comparator.<Integer, Integer>comparing(id -> children.getOrDefault(id, 0))
                        .thenComparing(Integer::compareUnsigned))
                .orElse(Node.ROOT_FOLDER);
    }

    private static int stated(PstFile file, Nodes nodes) throws IOException {
        Optional<Node> store = nodes.find(Node.MESSAGE_STORE);
        if (store.isEmpty()) {
            return 0;
        }
        try {
            byte[] entry = Properties.of(file, store.get(), new Damages())
                    .binary(MAIL_ROOT)
                    .orElse(new byte[0]);
            return entry.length >= 24 ? Octets.i32(entry, 20) : 0;
        } catch (DamageException | IndexOutOfBoundsException e) {
            return 0; // the folders' names are then one level longer
        }
    }

    /** Names from the top down, after the mark whether the mail program shows the folder. */
    private static List<String> levels(Found folder, Map<Integer, Found> all, int mailRoot) {
        List<String> levels = new ArrayList<>();
        Found at = folder;
        while (at != null && levels.size() < DEEPEST) {
            if (at.node().id() == mailRoot) {
                levels.add(0, SHOWN);
                return levels;
            }
            if (at.node().id() == Node.ROOT_FOLDER) {
                break;
            }
            levels.add(0, NameText.level(at.name().strip()));
            at = at.node().parent() == at.node().id() ? null : all.get(at.node().parent());
        }
        levels.add(0, "");
        return levels;
    }

    private static String name(List<String> levels, boolean shown) {
        if (levels.isEmpty()) {
            return shown ? "Top" : "Root";
        }
        boolean inbox = levels.size() == 1
                && (shown && INBOXES.contains(levels.get(0).toLowerCase(Locale.ROOT))
                        || levels.get(0).equalsIgnoreCase(INBOX));
        return inbox ? INBOX : String.join(".", levels);
    }

    private static List<Folder> unique(List<Folder> folders) {
        Set<String> taken = new HashSet<>();
        List<Folder> unique = new ArrayList<>();
        for (Folder folder : folders) {
            String name = folder.mailbox();
            for (int n = 2; !taken.add(name); n++) {
                name = folder.mailbox() + "~" + n;
            }
            unique.add(new Folder(folder.id(), name, folder.shown(), folder.holds(), folder.wrong()));
        }
        unique.sort(Comparator.comparing(Folder::mailbox));
        return List.copyOf(unique);
    }
}
