package org.understudy.server.imap.select;

import java.util.List;
import java.util.Set;
import javax.mail.Flags;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.process.ImapProcessor.Responder;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.processor.EnableProcessor;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.MessageFlags;

/** Tells a client what happened to its selected mailbox (RFC 9051 section 7.4.1, RFC 7162 section 3.2.10). */
public final class Notices {
    /** A reply in memory is sent when it has so many characters. */
    private static final int PIECE = 32 << 10;

    private static final int FEW = 16;

    private Notices() {}

    /**
     * Writes what the client does not know yet, and takes it as known. Where no mailbox is selected there is nothing to
     * tell.
     *
     * @param expunges whether sequence numbers may change, which they must not in FETCH, STORE and SEARCH without UID
     * @param uids whether FETCH responses name the UID, as they do in commands that name messages by UID; with QRESYNC they
     *     always do
     */
    public static void tell(ImapSession session, Responder out, boolean expunges, boolean uids) {
        if (session.getSelected() instanceof SelectedView view) {
            tell(view, session, out, expunges, uids);
        }
    }

    private static void tell(SelectedView view, ImapSession session, Responder out, boolean expunges, boolean uids) {
        Lines lines = new Lines();
        boolean grown = view.isSizeChanged();
        if (grown) {
            lines.add("* ").add(view.existsCount()).line(" EXISTS");
        }
        if (expunges && !view.expunged().isEmpty()) {
            expunges(view, enabled(session, ImapConstants.SUPPORTS_QRESYNC), lines);
        }
        if (grown || expunges && view.isRecentUidRemoved()) {
            lines.add("* ").add(view.recentCount()).line(" RECENT");
            view.resetRecentUidRemoved();
        }
        if (view.hasNewApplicableFlags()) {
            view.resetNewApplicableFlags();
            flags(view, lines);
            permanentFlags(view, view.getMessageManager().getPermanentFlags(session.getMailboxSession()), lines);
        }
        fetches(view, session, view.changed(), uids, lines, out);
        view.resetEvents();
        send(lines, out);
    }

    /**
     * Tells, before a command that names messages by UID is carried out, what has come in: its responses can then speak of
     * messages that the client did not know of. Commands that name them by number come to nothing here.
     */
    public static void tellBefore(boolean uids, ImapSession session, Responder out) {
        if (uids) {
            tell(session, out, true, true);
        }
    }

    /** Tells the HIGHESTMODSEQ of the selected mailbox, if one is. */
    public static void tellHighestModSeq(ImapSession session, Responder out) {
        if (session.getSelected() instanceof SelectedView view) {
            long highest =
                    view.store().messages().summary(view.mailbox()).state().highestModSeq();
            Lines lines = new Lines();
            highestModSeq(highest, lines);
            send(lines, out);
        }
    }

    /** It is never told to be 0 (RFC 7162 section 7). */
    static void highestModSeq(long highest, Lines lines) {
        lines.add("* OK [HIGHESTMODSEQ ").add(Math.max(1, highest)).line("] Highest");
    }

    private static void expunges(SelectedView view, boolean vanished, Lines lines) {
        UidRanges gone = view.expunged();
        if (vanished) {
            lines.add("* VANISHED ").add(gone.toString()).end();
        } else {
            UidRanges known = view.uids();
            int[] before = {0};
            gone.forEachRange((first, last) -> {
                // Each that goes gives its number to the next.
                String line = "* " + (known.positionOf(first) - before[0]) + " EXPUNGE";
                for (long uid = first; uid <= last; uid++) {
                    lines.line(line);
                }
                before[0] += (int) (last - first) + 1;
            });
        }
        view.forgetExpunged();
    }

    /** The FLAGS response: every flag that messages may have. */
    static void flags(SelectedView view, Lines lines) {
        lines.add("* FLAGS ");
        FlagWords.add(lines, FlagWords.SETTABLE, view.keywords());
        lines.end();
    }

    /** @param permanent what James says that the user may set for good; with {@code USER} for new keywords too */
    static void permanentFlags(SelectedView view, Flags permanent, Lines lines) {
        boolean any = permanent.getSystemFlags().length > 0;
        lines.add("* OK [PERMANENTFLAGS ");
        if (permanent.contains(Flags.Flag.USER)) {
            List<String> keywords = new java.util.ArrayList<>(view.keywords());
            keywords.add("\\*");
            FlagWords.add(lines, FlagWords.SETTABLE, keywords);
        } else {
            FlagWords.add(lines, any ? FlagWords.SETTABLE : 0, List.of());
        }
        lines.line(any ? "] Limited" : "] No permanent flags permitted");
    }

    /** A FETCH response with the flags of each of {@code uids} that is there. */
    static void fetches(
            SelectedView view, ImapSession session, UidRanges uids, boolean naming, Lines lines, Responder out) {
        if (uids.isEmpty()) {
            return;
        }
        boolean qresync = enabled(session, ImapConstants.SUPPORTS_QRESYNC);
        boolean withUid = naming || qresync;
        boolean withModSeq = qresync || enabled(session, ImapConstants.SUPPORTS_CONDSTORE);
        UidRanges known = view.uids();
        if (uids.ranges() <= FEW) {
            uids.forEachRange((first, last) -> view.store()
                    .messages()
                    .flags(view.mailbox(), first, last)
                    .forEach(message -> fetch(view, known, message, withUid, withModSeq, lines, out)));
        } else {
            for (MessageFlags message : view.store().messages().flags(view.mailbox(), uids.first(), uids.last())) {
                if (uids.contains(message.uid())) {
                    fetch(view, known, message, withUid, withModSeq, lines, out);
                }
            }
        }
    }

    private static void fetch(
            SelectedView view,
            UidRanges known,
            MessageFlags message,
            boolean withUid,
            boolean withModSeq,
            Lines lines,
            Responder out) {
        int number = known.positionOf(message.uid());
        if (number == 0) {
            return;
        }
        lines.add("* ").add(number).add(" FETCH (");
        if (withModSeq) {
            lines.add("MODSEQ (").add(message.modSeq()).add(") ");
        }
        lines.add("FLAGS ");
        boolean recent = view.recent().contains(message.uid());
        int system = message.flags()
                        .without(org.understudy.storage.keyspace.Flags.RECENT)
                        .system()
                | (recent ? org.understudy.storage.keyspace.Flags.RECENT : 0);
        FlagWords.add(lines, system, message.flags().keywords());
        if (withUid) {
            lines.add(" UID ").add(message.uid());
        }
        lines.line(")");
        if (lines.length() > PIECE) {
            out.respond(lines.taken());
        }
    }

    static void send(Lines lines, Responder out) {
        if (!lines.isEmpty()) {
            out.respond(lines.taken());
        }
    }

    static boolean enabled(ImapSession session, Capability capability) {
        Set<Capability> enabled = EnableProcessor.getEnabledCapabilities(session);
        return enabled.contains(capability);
    }
}
