package org.understudy.restore.repository;

/** The points of taking a snapshot at which tests stop the process, in order. */
enum Step {
    LOCKED,
    CHECKPOINTED,
    HASHED,
    EXAMINED,
    /** After each object. */
    OBJECT_STORED,
    OBJECTS_STORED,
    SIGNATURE_WRITTEN,
    MANIFEST_WRITTEN,
    DONE;

    /** Is told when a step has been reached. */
    interface Hook {
        Hook NONE = step -> {};

        void reached(Step step);
    }
}
