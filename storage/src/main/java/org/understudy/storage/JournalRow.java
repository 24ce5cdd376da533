package org.understudy.storage;

/**
 * A row of the restore journal, written in the same effect as what it records.
 *
 * @param key text of up to 512 bytes in UTF-8; begins with the restore's id, or with {@code migrate/} and a migration's name
 * @param value text of up to 1 MiB, JSON by custom
 */
public record JournalRow(String key, String value) {}
