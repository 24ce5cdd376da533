package org.understudy.restore.job;

/** Is told of each durable step of a restore, right after it; lets tests stop a process there. */
public interface Steps {
    /** Takes no notice. */
    Steps UNWATCHED = step -> {};

    /** The steps after which the disk is different. */
    enum Step {
        JOB_SAVED,
        COHORT_SAVED,
        SHADOW_MAILBOX_CREATED,
        SEGMENT_WRITTEN,
        SEGMENT_ADOPTED,
        RUN_COMMITTED,
        REPLAY_ENDED,
        EVIDENCE_CHANGED,
        REPORT_WRITTEN,
        PLAN_WRITTEN,
        MERGE_BEGUN,
        FIGURES_WRITTEN,
        BODIES_WRITTEN,
        BODIES_ADOPTED,
        BODIES_JOURNALED,
        MAILBOX_INTENDED,
        MAILBOX_CREATED,
        MAILBOX_SUBSCRIBED,
        MAILBOX_JOURNALED,
        MESSAGES_MERGED,
        FLAGS_MERGED,
        RECEIPT_WRITTEN,
        PROOF_WRITTEN,
        UNDO_BEGUN,
        MESSAGES_UNDONE,
        FLAGS_UNDONE,
        MAILBOX_DELETED,
        MAILBOX_UNSUBSCRIBED,
        MIGRATION_FETCHED,
        MIGRATION_STRUCTURED,
        MIGRATION_EXPUNGED,
        MIGRATION_FLAGGED,
        MIGRATION_APPENDED,
        MIGRATION_PROVEN
    }

    void passed(Step step);
}
