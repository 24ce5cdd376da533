package org.understudy.restore.merge;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.Journal;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.Author;

/** The rows of one attempt's merge, or of its undo, in the live store's journal. */
final class MergeJournal {
    private final Journal journal;
    private final String prefix;
    private final Author author;

    private MergeJournal(Journal journal, String restoreId, String prefix) {
        this.journal = journal;
        this.prefix = restoreId + "/" + prefix + "/";
        this.author = new Author.Restore(restoreId);
    }

    static MergeJournal ofMerge(Journal journal, String restoreId, int attempt) {
        return new MergeJournal(journal, restoreId, "m" + attempt);
    }

    static MergeJournal ofUndo(Journal journal, String restoreId, int attempt) {
        return new MergeJournal(journal, restoreId, "u" + attempt);
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
