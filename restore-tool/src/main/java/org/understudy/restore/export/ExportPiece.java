package org.understudy.restore.export;

import java.util.List;
import org.understudy.restore.source.exported.ExportedTree;

/**
 * A piece that is written: a mailbox, or an archive with all of a user's.
 *
 * @param number from 1 on; names the folder that it lay in before it was moved
 * @param target where it belongs, relative to the run's folder
 * @param unit the mailbox's name, or empty for an archive
 */
record ExportPiece(
        int number,
        String user,
        String unit,
        String target,
        List<ExportedTree.Mailbox> mailboxes,
        ExportCounts counts,
        List<ExportedTree.Fault> faults) {}
