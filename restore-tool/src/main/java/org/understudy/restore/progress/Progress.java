package org.understudy.restore.progress;

/** Is told how far work has come. Cheap to call for each item; implementations limit how often they show. */
public interface Progress {
    /** Shows nothing. */
    Progress SILENT = new Progress() {
        @Override
        public void begin(String phase, long total, String unit) {}

        @Override
        public void advance(long done, long bytes) {}

        @Override
        public void note(String text) {}
    };

    /**
     * Begins a phase; the one before has ended.
     *
     * @param phase a few words, for example {@code replaying}
     * @param total how many units there will be, or -1 if that is not known
     * @param unit plural noun, for example {@code messages}
     */
    void begin(String phase, long total, String unit);

    /**
     * Says how many units and bytes of this phase are done, from its beginning on.
     *
     * @param bytes 0 where bytes do not matter
     */
    void advance(long done, long bytes);

    /** One line worth reading, for example of an item that could not be read. */
    void note(String text);
}
