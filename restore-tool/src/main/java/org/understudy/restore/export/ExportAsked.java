package org.understudy.restore.export;

import java.time.Instant;
import java.util.Collection;
import java.util.List;

/** What was asked for; the same again goes on. */
record ExportAsked(
        String format,
        int version,
        Instant started,
        String origin,
        String kind,
        List<String> users,
        List<String> mailboxes,
        boolean everything) {
    static final String FORMAT = "understudy-export-run";
    static final int VERSION = 1;

    static ExportAsked of(
            Instant started,
            String origin,
            ExportFormat kind,
            Collection<String> users,
            Collection<String> mailboxes,
            boolean everything) {
        return new ExportAsked(
                FORMAT,
                VERSION,
                started,
                origin,
                kind.word(),
                users.stream().sorted().toList(),
                mailboxes.stream().sorted().toList(),
                everything);
    }

    boolean same(ExportAsked other) {
        return origin.equals(other.origin)
                && kind.equals(other.kind)
                && users.equals(other.users)
                && mailboxes.equals(other.mailboxes)
                && everything == other.everything;
    }
}
