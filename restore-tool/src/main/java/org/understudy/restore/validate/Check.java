package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;

/** One way to tell sound mail from damaged mail. Stateless: what it sees of one message is kept by its observer. */
public interface Check {
    /** Stable name, as findings carry it and docs/verdicts.md explains it; lower case with dashes. */
    String name();

    /** Begins to look at one message. */
    Observer observe(SourceItem.Message message);

    /**
     * Looks at one message. One that also is a {@link org.understudy.restore.message.LineSink} is shown its lines, one that
     * is a {@link PartSink} its MIME parts.
     */
    interface Observer {
        /** Tells what was found; called once, after the last line. */
        void conclude(Scan scan, Findings findings);
    }
}
