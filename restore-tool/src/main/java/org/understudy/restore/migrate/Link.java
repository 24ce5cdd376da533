package org.understudy.restore.migrate;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Which live mailbox a mailbox of the old side is replayed into. A row of the live store's journal, written in the same
 * effect as what it records.
 *
 * @param oldName by which the old side knows it
 * @param oldUidValidity as the old side has it, or 0
 * @param name of the live mailbox
 * @param mailbox the live mailbox's id
 * @param made whether the migration made it, or found it never used
 * @param keepsUids whether its messages have the UIDs of the old side, and it has its UIDVALIDITY
 * @param identityBelow where it keeps UIDs no longer: messages with smaller ones have them still
 * @param uidNext UIDNEXT after the last effect of the migration; a message with that or more came from elsewhere, unless it
 *     was noted
 * @param modSeq HIGHESTMODSEQ after the last effect of the migration
 * @param subscribed whether the migration subscribed the user to it
 * @param touched whether somebody else has changed something in it
 */
record Link(
        String oldName,
        long oldUidValidity,
        String name,
        MailboxId mailbox,
        boolean made,
        boolean keepsUids,
        long identityBelow,
        long uidNext,
        long modSeq,
        boolean subscribed,
        boolean touched) {
    /** Messages whose UIDs here are others than on the old side, one row an effect. */
    record Pairs(List<String> keys, List<Long> uids) {}

    /** Whether both are the same mailbox of the old side. */
    boolean isOf(OldSide.Mailbox old) {
        return oldName.equals(old.oldName()) && oldUidValidity == old.uidValidity();
    }

    Link at(long nextUid, long highestModSeq) {
        return new Link(
                oldName,
                oldUidValidity,
                name,
                mailbox,
                made,
                keepsUids,
                identityBelow,
                Math.max(uidNext, nextUid),
                highestModSeq,
                subscribed,
                touched);
    }

    Link touched(long highestModSeq) {
        return new Link(
                oldName,
                oldUidValidity,
                name,
                mailbox,
                made,
                keepsUids,
                identityBelow,
                uidNext,
                highestModSeq,
                subscribed,
                true);
    }

    /** From now on its messages get UIDs of ours. */
    Link mapped() {
        return new Link(
                oldName, oldUidValidity, name, mailbox, made, false, uidNext, uidNext, modSeq, subscribed, touched);
    }

    Link renamed(String newOldName, String newName) {
        return new Link(
                newOldName,
                oldUidValidity,
                newName,
                mailbox,
                made,
                keepsUids,
                identityBelow,
                uidNext,
                modSeq,
                subscribed,
                touched);
    }

    Link subscribed(boolean now) {
        return new Link(
                oldName, oldUidValidity, name, mailbox, made, keepsUids, identityBelow, uidNext, modSeq, now, touched);
    }

    /** The rows of one user of one migration. */
    static final class Rows {
        private final MailStore live;
        private final String prefix;
        private final Author author;

        Rows(MailStore live, String migration, String user, Author author) {
            this.live = live;
            this.prefix = "migrate/" + migration + "/" + URLEncoder.encode(user, StandardCharsets.UTF_8) + "/";
            this.author = author;
        }

        List<Link> all() {
            List<Link> links = new ArrayList<>();
            for (JournalRow row : live.journal().list(prefix + "box/")) {
                links.add(RestoreJson.read(row.value(), Link.class));
            }
            return links;
        }

        /** Ends in a slash, so that no other mailbox's key begins with it. */
        private String box(Link link) {
            return prefix + "box/" + link.mailbox() + "/";
        }

        private String map(Link link) {
            return prefix + "map/" + link.mailbox() + "/";
        }

        JournalRow row(Link link) {
            return new JournalRow(box(link), RestoreJson.write(link));
        }

        void write(Link link) {
            live.journal().write(List.of(row(link)), author);
        }

        void forget(Link link) {
            live.journal().delete(map(link), author);
            live.journal().delete(box(link), author);
        }

        JournalRow row(Link link, Pairs pairs) {
            return new JournalRow(
                    map(link) + String.format(Locale.ROOT, "%010d", pairs.uids().getFirst()), RestoreJson.write(pairs));
        }

        /** UIDs here by the old side's keys, of those that differ. */
        Map<String, Long> pairs(Link link) {
            Map<String, Long> map = new HashMap<>();
            for (JournalRow row : live.journal().list(map(link))) {
                Pairs pairs = RestoreJson.read(row.value(), Pairs.class);
                for (int i = 0; i < pairs.keys().size(); i++) {
                    map.put(pairs.keys().get(i), pairs.uids().get(i));
                }
            }
            return map;
        }
    }
}
