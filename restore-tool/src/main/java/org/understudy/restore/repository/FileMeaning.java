package org.understudy.restore.repository;

import org.understudy.storage.keyspace.Family;

/** What the loss of a file means for a snapshot's mail, in one sentence. */
final class FileMeaning {
    private FileMeaning() {}

    static String of(Manifest.StoredFile file) {
        if (file.columnFamily().isEmpty()) {
            return ofPlainFile(plainName(file));
        }
        for (Family family : Family.values()) {
            if (family.columnFamily().equals(file.columnFamily())) {
                return of(family);
            }
        }
        return "It belongs to column family " + file.columnFamily() + ", which this version does not know.";
    }

    /** Whether any row of the database may be concerned: the file is no sorted table, and is read when it is opened. */
    static boolean concernsAll(Manifest.StoredFile file) {
        return file.columnFamily().isEmpty()
                && (isNeededToOpen(plainName(file)) || plainName(file).endsWith(".log"));
    }

    private static boolean isNeededToOpen(String name) {
        return name.startsWith("MANIFEST") || name.equals("CURRENT") || name.equals("HEADER");
    }

    private static String plainName(Manifest.StoredFile file) {
        return file.name().substring(file.name().lastIndexOf('/') + 1);
    }

    private static String of(Family family) {
        return switch (family) {
            case BODY -> "It holds the bytes of messages: those listed cannot be read, the others can.";
            case MESSAGE -> "It holds the rows that lead to messages: those listed cannot be found, the others can.";
            case FLAG_CHUNK, FLAG_OVERRIDE, KEYWORD ->
                "It holds flags and keywords: those of the messages listed are lost, the messages themselves are there.";
            case MAILBOX, STATE, PATH ->
                "It holds names and counters of mailboxes, which the manifest holds, too; messages are there.";
            case CHANGE -> "It holds the history of changes for mail programs; messages and flags are there.";
            case PLACE, BODY_INDEX -> "It holds an index that a restore does not need; messages are there.";
            case STRUCTURE ->
                "It holds what is told of messages' form, which is read anew from them where it is missing; messages are"
                        + " there.";
            case EXPUNGED ->
                "It holds the expunge log: messages that users had deleted cannot be brought back from it.";
            case ACCOUNT -> "It holds users' names and password hashes; messages are there.";
            case SUBSCRIPTION, ANNOTATION, ACCESS_LIST, QUOTA_LIMIT ->
                "It holds " + family.columnFamily() + " rows, which no message needs; messages are there.";
            case ATTACHMENT, JOURNAL, SETTING, COUNTER ->
                "It holds rows of the server's own (" + family.columnFamily() + "); messages are there.";
        };
    }

    private static String ofPlainFile(String name) {
        if (isNeededToOpen(name)) {
            return "The database cannot be opened without it, so no message of this snapshot can be read.";
        }
        if (name.endsWith(".log")) {
            return "It holds the latest effects before the snapshot; those listed are lost.";
        }
        return "It holds settings that reading the mail does not need.";
    }
}
