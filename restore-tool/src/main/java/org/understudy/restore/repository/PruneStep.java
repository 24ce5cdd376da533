package org.understudy.restore.repository;

/** The points of pruning at which tests stop the process, in order. */
enum PruneStep {
    LOCKED,
    PLANNED,
    /** After each snapshot that goes. */
    RECORD_WRITTEN,
    MANIFEST_DELETED,
    SIGNATURE_DELETED,
    /** After each object. */
    OBJECT_DELETED,
    DONE;

    /** Is told when a step has been reached. */
    interface Hook {
        Hook NONE = step -> {};

        void reached(PruneStep step);
    }
}
