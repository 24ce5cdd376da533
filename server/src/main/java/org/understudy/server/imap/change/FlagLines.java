package org.understudy.server.imap.change;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;
import org.understudy.server.imap.RawLines;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.keyspace.Flags;

/**
 * Untagged FETCH responses with the flags of many messages, as one piece: {@code * n FETCH (MODSEQ (m) FLAGS (...) UID
 * u)}. What the session does not know under a number is left out.
 *
 * @param uid whether each says its UID
 * @param modSeq whether each says its MODSEQ
 * @param flags whether each says its flags
 */
record FlagLines(boolean uid, boolean modSeq, boolean flags) {
    /** In the order in which FETCH gives them. */
    private static final Map<Integer, String> NAMES = names();

    private static final int LINE = 64;
    private static final int PIECE = 32 << 10;

    void write(List<FlagsChange> changes, SelectedMailbox selected, ImapProcessor.Responder responder) {
        StringBuilder lines = new StringBuilder(Math.min(PIECE + LINE, LINE * (1 + changes.size())));
        Map<Flags, String> texts = new HashMap<>();
        for (FlagsChange change : changes) {
            MessageUid id = MessageUid.of(change.uid());
            int number = selected.msn(id).asInt().orElse(0);
            if (number == 0) {
                continue;
            }
            lines.append("* ").append(number).append(" FETCH (");
            if (modSeq) {
                lines.append("MODSEQ (").append(change.modSeq()).append(')');
            }
            if (flags) {
                Flags present = selected.isRecent(id)
                        ? change.after().with(Flags.RECENT)
                        : change.after().without(Flags.RECENT);
                lines.append(modSeq ? " FLAGS (" : "FLAGS (")
                        .append(texts.computeIfAbsent(present, FlagLines::text))
                        .append(')');
            }
            if (uid) {
                lines.append(modSeq || flags ? " UID " : "UID ").append(change.uid());
            }
            lines.append(")\r\n");
            if (lines.length() >= PIECE) {
                flush(lines, responder);
            }
        }
        flush(lines, responder);
    }

    private static void flush(StringBuilder lines, ImapProcessor.Responder responder) {
        if (!lines.isEmpty()) {
            responder.respond(new RawLines(lines.toString().getBytes(StandardCharsets.ISO_8859_1)));
            lines.setLength(0);
        }
    }

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new LinkedHashMap<>();
        names.put(Flags.ANSWERED, "\\Answered");
        names.put(Flags.DELETED, "\\Deleted");
        names.put(Flags.DRAFT, "\\Draft");
        names.put(Flags.FLAGGED, "\\Flagged");
        names.put(Flags.RECENT, "\\Recent");
        names.put(Flags.SEEN, "\\Seen");
        return names;
    }

    private static String text(Flags flags) {
        StringBuilder text = new StringBuilder();
        NAMES.forEach((bit, name) -> {
            if (flags.has(bit)) {
                text.append(text.isEmpty() ? "" : " ").append(name);
            }
        });
        for (String keyword : flags.keywords()) {
            text.append(text.isEmpty() ? "" : " ").append(keyword);
        }
        return text.toString();
    }
}
