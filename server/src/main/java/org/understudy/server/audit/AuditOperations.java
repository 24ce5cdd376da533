package org.understudy.server.audit;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** The work behind {@code understudy audit}. */
public final class AuditOperations {
    private AuditOperations() {}

    public static List<Operation<?, ?>> all() {
        return List.of(new ListRecords(), new Verify());
    }

    /**
     * Which records are wanted; empty text matches all.
     *
     * @param actor part of who it was, in any case
     * @param action part of what was done
     * @param about part of any detail, or of the words
     * @param since not before; null for the beginning
     * @param until before; null for the end
     * @param last how many at most, the newest
     */
    public record Wanted(
            String actor,
            String action,
            String about,
            String kind,
            String outcome,
            @Nullable Instant since,
            @Nullable Instant until,
            int last) {

        public boolean matches(AuditRecord record) {
            return contains(record.actor() + " " + record.from(), actor)
                    && contains(record.action(), action)
                    && contains(record.details() + " " + record.words(), about)
                    && (kind.isEmpty() || record.kind().name().equalsIgnoreCase(kind))
                    && (outcome.isEmpty() || record.outcome().name().equalsIgnoreCase(outcome))
                    && (since == null || !record.at().isBefore(since))
                    && (until == null || record.at().isBefore(until));
        }

        private static boolean contains(String text, String part) {
            return text.toLowerCase(Locale.ROOT).contains(part.toLowerCase(Locale.ROOT));
        }
    }

    /**
     * @param records the newest that match, oldest first
     * @param matching how many match in all
     * @param unreadable lines that are no records; 'audit verify' names the first
     */
    public record Records(List<AuditRecord> records, long matching, long unreadable) {
        public Records {
            records = List.copyOf(records);
        }
    }

    /** @param first number of the first record that must be there; 1 unless older files were moved elsewhere */
    public record Asked(long first) {}

    /**
     * @param sound whether the chain holds from the first record to the last that the store knows
     * @param first number of the first record that is there, {@code last} of the last; 0 for none
     * @param head hash of the last one
     * @param known number of the last record that the store knows; 0 for none, and then a cut end cannot be told
     * @param torn whether half a record stands at the end, which a crash leaves and the next record takes off
     * @param broken the first place where it breaks; null if it holds
     */
    public record Verified(
            boolean sound,
            long records,
            long first,
            long last,
            String head,
            long known,
            boolean torn,
            @Nullable Break broken) {}

    /**
     * @param record number of the first record that is missing, changed or out of place
     * @param line of {@code file}; 0 where it is the end that is missing
     */
    public record Break(long record, String file, long line, String what) {}

    /** {@code audit.list}. */
    public static final class ListRecords implements Operation<Wanted, Records> {
        @Override
        public String name() {
            return "audit.list";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Wanted> requestType() {
            return Wanted.class;
        }

        @Override
        public Class<Records> resultType() {
            return Records.class;
        }

        @Override
        public Records run(Wanted request, Workplace workplace, Progress progress) {
            Deque<AuditRecord> newest = new ArrayDeque<>();
            long[] counts = new long[2];
            AuditReader.read(AuditFiles.folder(workplace.dataFolder()), (file, line, record, whole) -> {
                if (record.isEmpty()) {
                    counts[1] += whole ? 1 : 0;
                } else if (request.matches(record.get())) {
                    counts[0]++;
                    newest.addLast(record.get());
                    if (newest.size() > request.last()) {
                        newest.removeFirst();
                    }
                }
            });
            return new Records(List.copyOf(newest), counts[0], counts[1]);
        }
    }

    /** {@code audit.verify}. */
    public static final class Verify implements Operation<Asked, Verified> {
        @Override
        public String name() {
            return "audit.verify";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Asked> requestType() {
            return Asked.class;
        }

        @Override
        public Class<Verified> resultType() {
            return Verified.class;
        }

        @Override
        public Verified run(Asked request, Workplace workplace, Progress progress) {
            Optional<AuditHead> anchor = AuditHead.in(workplace.live());
            return AuditVerification.of(
                    AuditFiles.folder(workplace.dataFolder()), Math.max(1, request.first()), anchor);
        }
    }
}
