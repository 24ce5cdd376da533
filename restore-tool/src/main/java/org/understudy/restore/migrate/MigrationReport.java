package org.understudy.restore.migrate;

import java.util.List;

/**
 * What a command did and how the migration stands.
 *
 * @param selected users that the command was about
 */
public record MigrationReport(Board board, List<String> selected, long millis) {
    public MigrationReport {
        selected = List.copyOf(selected);
    }

    /** Members that the command was about. */
    public List<Member> members() {
        return board.members().stream()
                .filter(one -> selected.contains(one.user()))
                .toList();
    }
}
