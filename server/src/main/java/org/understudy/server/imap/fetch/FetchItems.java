package org.understudy.server.imap.fetch;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a FETCH asks of each message.
 *
 * @param changedSince MODSEQ above which messages are wanted, or -1 for all
 * @param vanished whether UIDs that were expunged since are wanted
 * @param setsSeen whether {@code \Seen} is to be set
 */
record FetchItems(Set<Fact> facts, List<Section> sections, long changedSince, boolean vanished, boolean setsSeen) {
    /** What is no section. */
    enum Fact {
        UID,
        FLAGS,
        MODSEQ,
        INTERNALDATE,
        SIZE,
        ENVELOPE,
        BODY,
        BODYSTRUCTURE,
        EMAILID,
        THREADID,
        SAVEDATE
    }

    FetchItems {
        facts = Set.copyOf(facts);
        sections = List.copyOf(sections);
    }

    FetchItems peeking() {
        return new FetchItems(facts, sections, changedSince, vanished, false);
    }

    FetchItems with(Fact fact) {
        EnumSet<Fact> more = EnumSet.of(fact);
        more.addAll(facts);
        return new FetchItems(more, sections, changedSince, vanished, setsSeen);
    }

    boolean needsMessages() {
        return !sections.isEmpty()
                || facts.contains(Fact.INTERNALDATE)
                || facts.contains(Fact.SIZE)
                || facts.contains(Fact.EMAILID)
                || facts.contains(Fact.THREADID)
                || facts.contains(Fact.SAVEDATE);
    }

    boolean needsStructures() {
        return facts.contains(Fact.ENVELOPE)
                || facts.contains(Fact.BODY)
                || facts.contains(Fact.BODYSTRUCTURE)
                || sections.stream().anyMatch(FetchItems::needsParts);
    }

    private static boolean needsParts(Section section) {
        return section.path().length > 0 || section.what() != Section.What.ALL;
    }
}
