package org.understudy.restore.damage;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.validate.Damage;

/**
 * A kind of damage to a Maildir tree: to the octets of a message, or to files as such.
 *
 * @param text in words
 * @param octets the damage to the octets of one message, or null
 * @param files the damage to files, or null
 */
record TreeDamage(
        String text, @Nullable Damage octets, @Nullable OfFiles files) {
    /** Damage to files as such. */
    enum OfFiles {
        SWAPPED_BETWEEN_USERS,
        FILE_MISSING,
        FILE_RENAMED,
        FILE_DUPLICATED,
        FLAGS_LOST,
        ARRIVAL_LOST,
        ARRIVAL_NOW;

        /** Whether every octet of every message is where it was, and only names and dates differ. */
        boolean ofNamesOnly() {
            return switch (this) {
                case SWAPPED_BETWEEN_USERS, FILE_MISSING -> false;
                case FILE_RENAMED, FILE_DUPLICATED, FLAGS_LOST, ARRIVAL_LOST, ARRIVAL_NOW -> true;
            };
        }
    }

    static List<TreeDamage> all() {
        List<TreeDamage> all = new ArrayList<>();
        for (Damage damage : Damage.values()) {
            all.add(new TreeDamage(damage.text(), damage, null));
        }
        for (OfFiles damage : OfFiles.values()) {
            all.add(new TreeDamage(damage.name().toLowerCase(Locale.ROOT).replace('_', ' '), null, damage));
        }
        return all;
    }

    boolean ofNamesOnly() {
        return files != null && files.ofNamesOnly();
    }
}
