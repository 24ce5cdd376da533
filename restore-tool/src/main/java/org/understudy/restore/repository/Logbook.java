package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongPredicate;
import org.understudy.restore.progress.Progress;

/** The log that a repository holds besides its snapshots, as listing and verifying know it. */
public interface Logbook {
    /** A repository without one. */
    Logbook NONE = new Logbook() {
        @Override
        public Moments moments(Repository repository, Path keys) {
            return new Moments(List.of(), List.of());
        }

        @Override
        public Checked check(Repository repository, Path keys, LongPredicate read, Progress progress) {
            return new Checked(0, 0, List.of());
        }
    };

    /**
     * A span of time of which every moment can be restored, both ends inclusive.
     *
     * @param snapshot with which it begins
     */
    record Reach(Instant from, Instant to, String snapshot) {
        /** The first whole second within. */
        public Instant firstSecond() {
            Instant second = from.truncatedTo(ChronoUnit.SECONDS);
            return second.equals(from) ? second : second.plusSeconds(1);
        }

        /** The last whole second that is not after it. */
        public Instant lastSecond() {
            return to.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /**
     * What heads and sizes of segments tell.
     *
     * @param reaches in the order of time
     * @param broken damage, which cuts reaches short or apart
     */
    record Moments(List<Reach> reaches, List<RepositoryFinding> broken) {
        public Moments {
            reaches = List.copyOf(reaches);
            broken = List.copyOf(broken);
        }
    }

    /**
     * @param segments that are there
     * @param bytesRead of those whose contents were read
     */
    record Checked(long segments, long bytesRead, List<RepositoryFinding> findings) {
        public Checked {
            findings = List.copyOf(findings);
        }
    }

    /**
     * Which moments can be reached.
     *
     * @param keys the keys folder of this machine
     */
    Moments moments(Repository repository, Path keys) throws InterruptedException;

    /**
     * Checks heads, signatures, order and sizes of all segments, and the contents of those whose numbers {@code read}
     * takes.
     */
    Checked check(Repository repository, Path keys, LongPredicate read, Progress progress) throws InterruptedException;
}
