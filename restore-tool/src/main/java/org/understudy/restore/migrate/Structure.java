package org.understudy.restore.migrate;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.MailStore;
import org.understudy.storage.UidChanges;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/** Brings the mailboxes of one user, their subscriptions, special uses and access lists to what the old side has. */
final class Structure {
    static final String SPECIAL_USE = "/private/specialuse";

    /** Messages that are compared before a mailbox counts as renamed. */
    private static final int COMPARED = 50;

    private static final byte[] PRESENT = new byte[0];

    private final MailStore live;
    private final String user;
    private final Link.Rows rows;
    private final Author author;
    private final List<String> notes;
    private long changes;

    Structure(MailStore live, String user, Link.Rows rows, Author author, List<String> notes) {
        this.live = live;
        this.user = user;
        this.rows = rows;
        this.author = author;
        this.notes = notes;
    }

    /** How many mailboxes were made, renamed or deleted. */
    long changes() {
        return changes;
    }

    /** Brings the mailboxes about; the link of each by its name on the old side. */
    Map<String, Link> follow(List<OldSide.Mailbox> old) {
        List<Link> left = new ArrayList<>(rows.all());
        Map<String, Link> links = new HashMap<>();
        List<OldSide.Mailbox> open = new ArrayList<>();
        for (OldSide.Mailbox box : old) {
            Optional<Link> exact = left.stream().filter(one -> one.isOf(box)).findFirst();
            if (exact.isPresent() && isThere(exact.get())) {
                links.put(box.oldName(), exact.get());
                left.remove(exact.get());
            } else if (neverOpened(box)) {
                left.removeIf(one -> one.oldName().equals(box.oldName())); // it may open again
            } else {
                open.add(box);
            }
        }
        rename(open, left, links);
        left.forEach(this::drop);
        for (OldSide.Mailbox box : open) {
            links.put(box.oldName(), made(box));
        }
        return links;
    }

    /** One that was never opened: nothing is known of it, not even whether it is there. */
    private static boolean neverOpened(OldSide.Mailbox box) {
        return box.uidValidity() == 0
                && box.messages().isEmpty()
                && !box.unreadable().isEmpty();
    }

    private boolean isThere(Link link) {
        return live.mailboxes().find(link.mailbox()).filter(MailboxRow::live).isPresent();
    }

    /** Renames on the old side: the same UIDVALIDITY under another name, and the same messages. */
    private void rename(List<OldSide.Mailbox> open, List<Link> left, Map<String, Link> links) {
        IdentityHashMap<OldSide.Mailbox, Link> moves = new IdentityHashMap<>();
        for (OldSide.Mailbox box : open) {
            left.stream()
                    .filter(one -> one.keepsUids()
                            && box.uidValidity() != 0
                            && one.oldUidValidity() == box.uidValidity()
                            && !one.name().equals("INBOX")
                            && isThere(one)
                            && same(one, box))
                    .findFirst()
                    .ifPresent(one -> {
                        moves.put(box, one);
                        left.remove(one);
                    });
        }
        // by way of names that nobody has, since two may have exchanged theirs
        moves.values().forEach(link -> {
            live.mailboxes().rename(link.mailbox(), MailboxPath.of(user, "Moving-" + link.mailbox()), author);
        });
        moves.forEach((box, link) -> {
            if (live.mailboxes().find(MailboxPath.of(user, box.name())).isPresent()) {
                notes.add("mailbox " + link.name() + " became " + box.name()
                        + " on the old side, and there is one of that name here: it was brought over anew");
                left.add(link);
                return;
            }
            live.mailboxes().rename(link.mailbox(), MailboxPath.of(user, box.name()), author);
            subscribe(link.name(), false);
            Link renamed = link.renamed(box.oldName(), box.name()).subscribed(false);
            rows.write(renamed);
            links.put(box.oldName(), renamed);
            open.remove(box);
            changes++;
        });
    }

    private boolean same(Link link, OldSide.Mailbox box) {
        Map<Long, String> here = new HashMap<>();
        live.messages().scan(link.mailbox(), 1, 0xFFFF_FFFFL, facts -> {
            if (here.size() < COMPARED) {
                here.put(
                        facts.uid(),
                        live.bodies().head(facts.body()).rawDigest().toString());
            }
        });
        for (OldSide.Message message : box.messages()) {
            String digest = here.get(message.uid());
            if (digest != null
                    && !message.sha256().isEmpty()
                    && !message.sha256().equals(digest)) {
                return false;
            }
        }
        return true;
    }

    /** A mailbox that the old side has no longer goes here too, unless others have used it. */
    private void drop(Link link) {
        Optional<MailboxRow> row = live.mailboxes().find(link.mailbox()).filter(MailboxRow::live);
        if (row.isPresent()) {
            if (!link.made() || looked(link).touched()) {
                notes.add("mailbox " + row.get().path().name()
                        + " is gone from the old side; it is kept here, since it was used here before the cut-over");
            } else {
                live.mailboxes().delete(link.mailbox(), author);
                if (link.subscribed()) {
                    subscribe(link.name(), false);
                }
                changes++;
            }
        }
        rows.forget(link);
    }

    private Link made(OldSide.Mailbox box) {
        MailboxPath path = MailboxPath.of(user, box.name());
        Optional<MailboxRow> there = live.mailboxes().find(path);
        boolean keeps = box.uidValidity() > 0;
        MailboxRow row;
        boolean made;
        if (there.isEmpty()) {
            row = live.mailboxes()
                    .create(path, keeps ? box.uidValidity() : live.mailboxes().freshUidValidity(path), author);
            made = true;
            changes++;
        } else {
            MailboxState state = live.mailboxes().state(there.get().id());
            made = state.uidNext() == 1 && state.messages() == 0;
            row = made && keeps && there.get().uidValidity() != box.uidValidity()
                    ? live.mailboxes().renew(there.get().id(), box.uidValidity(), author)
                    : there.get();
            if (!made) {
                notes.add("mailbox " + box.name() + " was used here before: its messages get UIDs of ours");
            }
        }
        MailboxState state = live.mailboxes().state(row.id());
        Link link = new Link(
                box.oldName(),
                box.uidValidity(),
                box.name(),
                row.id(),
                made,
                made && keeps,
                0,
                state.uidNext(),
                state.highestModSeq(),
                false,
                false);
        rows.write(link);
        return link;
    }

    /**
     * The link as it stands after a look at what others did. Where they brought messages, UIDs of the old side can be kept
     * no longer, and the mailbox gets another UIDVALIDITY.
     */
    Link looked(Link link) {
        MailboxState state = live.mailboxes().state(link.mailbox());
        if (state.highestModSeq() == link.modSeq()) {
            return link;
        }
        UidChanges since = live.messages().uidChanges(link.mailbox(), link.modSeq());
        boolean touched = !since.changed().isEmpty() || !since.vanished().isEmpty();
        Link now = touched ? link.touched(state.highestModSeq()) : link.at(link.uidNext(), state.highestModSeq());
        if (link.keepsUids()
                && !live.messages()
                        .flags(link.mailbox(), link.uidNext(), 0xFFFF_FFFFL)
                        .isEmpty()) {
            now = mapped(now, "messages arrived in it here before the cut-over");
        }
        rows.write(now);
        return now;
    }

    /** From now on messages get UIDs of ours; for that, the mailbox gets another UIDVALIDITY. */
    Link mapped(Link link, String why) {
        MailboxRow row = live.mailboxes().find(link.mailbox()).orElseThrow();
        live.mailboxes().renew(link.mailbox(), live.mailboxes().freshUidValidity(row.path()), author);
        notes.add("mailbox " + link.name() + " has a new UIDVALIDITY: " + why);
        Link mapped = link.mapped();
        rows.write(mapped);
        return mapped;
    }

    /** Subscription, special uses and access list of one mailbox. */
    Link settle(OldSide.Mailbox box, Link link, String oldLogin, UnaryOperator<String> names) {
        boolean here = subscribedNames().contains(link.name());
        Link now = link;
        if (box.subscribed() != here && (box.subscribed() || link.subscribed() || link.made())) {
            subscribe(link.name(), box.subscribed());
        }
        if (link.subscribed() != box.subscribed()) {
            now = link.subscribed(box.subscribed());
            rows.write(now);
        }
        uses(box, link.mailbox());
        SortedMap<String, String> access = box.access();
        if (access != null) {
            access(Access.translated(access, oldLogin, names), link);
        }
        return now;
    }

    /** Names of mailboxes that the user is subscribed to, whatever form they were given in. */
    Set<String> subscribedNames() {
        String path = ":" + user + ":";
        Set<String> names = new HashSet<>();
        live.subscriptions()
                .list(user, "")
                .keySet()
                .forEach(key -> names.add(
                        key.startsWith("#") && key.contains(path)
                                ? key.substring(key.indexOf(path) + path.length())
                                : key));
        return names;
    }

    void unsubscribe(String name) {
        subscribe(name, false);
    }

    private void subscribe(String name, boolean wanted) {
        Map<String, byte @Nullable []> change = new HashMap<>();
        change.put(name, wanted ? PRESENT : null);
        if (!wanted) {
            change.put(MailboxPath.PRIVATE + ":" + user + ":" + name, null);
        }
        live.subscriptions().write(user, change, author);
    }

    private void uses(OldSide.Mailbox box, MailboxId mailbox) {
        String wanted = String.join(" ", new TreeSet<>(box.uses()));
        String here = live.annotations()
                .get(mailbox.toString(), SPECIAL_USE)
                .map(value -> new String(value, StandardCharsets.UTF_8))
                .orElse("");
        if (!wanted.isEmpty() && !wanted.equals(here)) {
            Map<String, byte @Nullable []> change = new HashMap<>();
            change.put(SPECIAL_USE, wanted.getBytes(StandardCharsets.UTF_8));
            live.annotations().write(mailbox.toString(), change, author);
        }
    }

    private void access(SortedMap<String, String> wanted, Link link) {
        SortedMap<String, String> here = Access.of(live, link.mailbox());
        Map<String, byte @Nullable []> change = new HashMap<>();
        wanted.forEach((who, rights) -> {
            byte[] bytes = rights.getBytes(StandardCharsets.US_ASCII);
            String before = here.get(who);
            if (before == null || !Arrays.equals(bytes, before.getBytes(StandardCharsets.US_ASCII))) {
                change.put(who, bytes);
            }
        });
        if (link.made()) {
            here.keySet().stream().filter(who -> !wanted.containsKey(who)).forEach(who -> change.put(who, null));
        }
        if (!change.isEmpty()) {
            live.accessLists().write(link.mailbox().toString(), change, author);
        }
    }
}
