package org.understudy.restore.source.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks a server which mailboxes there are. */
final class MailboxListing {
    /**
     * A mailbox as LIST names it.
     *
     * @param name as the server wrote it, octets as ISO 8859-1
     */
    record Listed(String name, String delimiter, List<String> attributes) {}

    private MailboxListing() {}

    /** All mailboxes by name; those of others are marked with {@link SpoolBox#FOREIGN}. */
    static Map<String, Listed> all(ImapConnection open) throws IOException {
        return ask(open, "LIST", "LIST \"\" \"*\"");
    }

    /** The same with special uses (RFC 6154), where the server tells them on demand only. */
    static Map<String, Listed> withUses(ImapConnection open) throws IOException {
        return open.has("SPECIAL-USE") && open.has("LIST-EXTENDED")
                ? ask(open, "LIST", "LIST \"\" \"*\" RETURN (SPECIAL-USE)")
                : all(open);
    }

    /** Those that the user is subscribed to. */
    static Map<String, Listed> subscribed(ImapConnection open) throws IOException {
        return ask(open, "LSUB", "LSUB \"\" \"*\"");
    }

    private static Map<String, Listed> ask(ImapConnection open, String answer, String command) throws IOException {
        Map<String, Listed> listed = new LinkedHashMap<>();
        Set<String> foreign = foreign(open);
        open.command(
                (wire, number, word) -> {
                    if (!word.equals(answer)) {
                        return;
                    }
                    List<String> attributes = new ArrayList<>();
                    if (wire.value() instanceof Wire.Value.Sequence sequence) {
                        sequence.values().forEach(one -> attributes.add(MessageAnswer.text(one)));
                    }
                    wire.blanks();
                    String delimiter = MessageAnswer.text(wire.value());
                    wire.blanks();
                    // some servers send names with blanks as atoms
                    String name = wire.peek() == '"' || wire.peek() == '{'
                            ? MessageAnswer.text(wire.value())
                            : wire.rest().strip();
                    if (name.isEmpty()) {
                        return;
                    }
                    if (foreign.stream().anyMatch(name::startsWith)) {
                        attributes.add(SpoolBox.FOREIGN);
                    }
                    String known = name.equalsIgnoreCase("INBOX") ? "INBOX" : name;
                    listed.putIfAbsent(known, new Listed(known, delimiter, List.copyOf(attributes)));
                },
                command);
        return listed;
    }

    /** Prefixes of mailboxes that belong to other users or to all (RFC 2342). */
    private static Set<String> foreign(ImapConnection open) throws IOException {
        Set<String> prefixes = new HashSet<>();
        if (!open.has("NAMESPACE")) {
            return prefixes;
        }
        try {
            open.command(
                    (wire, number, word) -> {
                        if (word.equals("NAMESPACE")) {
                            wire.value();
                            wire.blanks();
                            prefixes(wire.value(), prefixes);
                            wire.blanks();
                            prefixes(wire.value(), prefixes);
                        }
                    },
                    "NAMESPACE");
        } catch (ImapException.Refused e) {
            return Set.of();
        }
        prefixes.remove("");
        return prefixes;
    }

    private static void prefixes(Wire.@Nullable Value namespaces, Set<String> to) {
        if (namespaces instanceof Wire.Value.Sequence all) {
            for (Wire.Value one : all.values()) {
                if (one instanceof Wire.Value.Sequence namespace
                        && !namespace.values().isEmpty()) {
                    to.add(MessageAnswer.text(namespace.values().getFirst()));
                }
            }
        }
    }
}
