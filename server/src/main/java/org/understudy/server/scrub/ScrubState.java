package org.understudy.server.scrub;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.storage.OperatorException;

/**
 * What {@code scrub.json} holds (docs/on-disk-format.md#scrub).
 *
 * @param store the store and the line of its history that this tells of
 * @param last the last full pass, or null
 * @param now the pass under way, or null
 */
record ScrubState(
        String store, @Nullable Pass last, @Nullable Present now) {
    private static final Logger LOG = LoggerFactory.getLogger(ScrubState.class);
    private static final String FILE = "scrub.json";
    private static final SealedFile<ScrubState> FORM = new SealedFile<>("understudy-scrub", 1, ScrubState.class);

    /** What a pass reads next. */
    enum Stage {
        TABLES,
        MAILBOXES,
        REST
    }

    /** A pass that has read everything. */
    record Pass(Instant begun, Instant ended, Tally tally) {}

    /**
     * A pass under way.
     *
     * @param through the number of the youngest table when it began
     * @param next in this stage, the number of the table or the id of the mailbox that is read next, or a later one
     * @param octets how many it will read, about
     */
    record Present(Instant begun, Stage stage, long next, long through, long octets, Tally tally) {
        Present at(Stage newStage, long newNext, Tally newTally) {
            return new Present(begun, newStage, newNext, through, octets, newTally);
        }
    }

    /**
     * What was read.
     *
     * @param gone tables that were compacted away before their turn
     * @param found how many things are wrong, of which {@code findings} are the first {@value #LISTED}
     */
    record Tally(
            long tables,
            long tableOctets,
            long gone,
            long mailboxes,
            long messages,
            long expunged,
            long bodies,
            long bodyOctets,
            long found,
            List<ScrubStatus.Finding> findings) {
        static final int LISTED = 100;
        static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0, 0, 0, 0, List.of());

        Tally {
            findings = List.copyOf(findings);
        }

        Tally plus(Tally more) {
            List<ScrubStatus.Finding> all = new ArrayList<>(findings);
            more.findings().stream().limit(LISTED - all.size()).forEach(all::add);
            return new Tally(
                    tables + more.tables,
                    tableOctets + more.tableOctets,
                    gone + more.gone,
                    mailboxes + more.mailboxes,
                    messages + more.messages,
                    expunged + more.expunged,
                    bodies + more.bodies,
                    bodyOctets + more.bodyOctets,
                    found + more.found,
                    all);
        }
    }

    /** The state of a store; that nothing was read yet, where there is none or it tells of another store. */
    static ScrubState read(Path dataFolder, String store) {
        ScrubState none = new ScrubState(store, null, null);
        try {
            ScrubState state = FORM.read(dataFolder.resolve(FILE)).orElse(none);
            return state.store().equals(store) ? state : none;
        } catch (SealedFile.DamagedException | OperatorException e) {
            LOG.warn(
                    "{} {}: how far the scrub was is not known, so it begins anew",
                    dataFolder.resolve(FILE),
                    e.getMessage());
            return none;
        }
    }

    /** @throws OperatorException if the disk does not take it */
    void write(Path dataFolder) {
        FORM.write(dataFolder, FILE, this);
    }
}
