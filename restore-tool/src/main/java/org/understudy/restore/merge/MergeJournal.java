package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.Journal;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;

/** The rows of one attempt's merge, or of its undo, in the live store's journal. */
final class MergeJournal {
    private final Journal journal;
    private static final String BEGUN = "begun";

    private final String restoreId;
    private final int attempt;
    private final String prefix;
    private final Author author;

    private MergeJournal(Journal journal, String restoreId, String kind, int attempt) {
        this.journal = journal;
        this.restoreId = restoreId;
        this.attempt = attempt;
        this.prefix = restoreId + "/" + kind + attempt + "/";
        this.author = new Author.Restore(restoreId);
    }

    static MergeJournal ofMerge(Journal journal, String restoreId, int attempt) {
        return new MergeJournal(journal, restoreId, "m", attempt);
    }

    static MergeJournal ofUndo(Journal journal, String restoreId, int attempt) {
        return new MergeJournal(journal, restoreId, "u", attempt);
    }

    /** A row with its key, the part after the attempt. */
    record Entry<T>(String key, T value) {}

    static String bodies(long first) {
        return String.format(Locale.ROOT, "bodies/%016x", first);
    }

    static String mailbox(int target) {
        return String.format(Locale.ROOT, "mailbox/%08x", target);
    }

    static String add(int target, int chunk) {
        return String.format(Locale.ROOT, "add/%08x/%08x", target, chunk);
    }

    static String flags(int target, int chunk) {
        return String.format(Locale.ROOT, "flags/%08x/%08x", target, chunk);
    }

    JournalRow row(String key, Object value) {
        return new JournalRow(prefix + key, RestoreJson.write(value));
    }

    void write(String key, Object value) {
        journal.write(List.of(row(key, value)), author);
    }

    void write(List<JournalRow> rows) {
        journal.write(rows, author);
    }

    /** The row of the first step, written when there is none; a merge that goes on keeps the first one's. */
    long begin(MailStore live) {
        Optional<MergeRows.Begun> before = get(BEGUN, MergeRows.Begun.class);
        if (before.isPresent()) {
            return before.get().sequence();
        }
        long sequence = live.latestSequence();
        write(BEGUN, new MergeRows.Begun(sequence));
        return sequence;
    }

    /** Whether a row of that key was written by this attempt or one before. */
    boolean knownToAnyAttempt(String key) {
        for (int one = 1; one <= attempt; one++) {
            if (journal.get(restoreId + "/m" + one + "/" + key).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What the keys of all its rows begin with. */
    String prefix() {
        return prefix;
    }

    <T> Optional<T> get(String key, Class<T> type) {
        return journal.get(prefix + key).map(json -> RestoreJson.read(json, type));
    }

    /** Rows whose keys begin with {@code start}, by key. */
    <T> List<Entry<T>> list(String start, Class<T> type) {
        List<Entry<T>> entries = new ArrayList<>();
        for (JournalRow row : journal.list(prefix + start)) {
            entries.add(new Entry<>(row.key().substring(prefix.length()), RestoreJson.read(row.value(), type)));
        }
        return entries;
    }
}
