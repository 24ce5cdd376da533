package org.understudy.server.audit;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows the chain from its first record to the head that the store knows, and finds the first place where it breaks. */
final class AuditVerification implements AuditReader.Lines {
    private final long first;
    private final Optional<AuditHead> anchor;
    private @Nullable AuditRecord last;
    private long records;
    private long firstNumber;
    private String lastFile = "";
    private AuditOperations.@Nullable Break found;
    private boolean anchorSeen;
    private boolean torn;

    /** @param first number of the first record that must be there */
    private AuditVerification(long first, Optional<AuditHead> anchor) {
        this.first = first;
        this.anchor = anchor;
    }

    /** @param anchor what the store knew before the files were read */
    static AuditOperations.Verified of(Path folder, long first, Optional<AuditHead> anchor) {
        AuditVerification verification = new AuditVerification(first, anchor);
        AuditReader.read(folder, verification);
        return verification.end();
    }

    @Override
    public void line(Path file, long number, Optional<AuditRecord> record, boolean whole) {
        lastFile = String.valueOf(file.getFileName());
        if (!whole) {
            torn = true;
            return;
        }
        AuditRecord before = last;
        long expected = before == null ? first : before.number() + 1;
        if (record.isEmpty()) {
            broken(expected, number, "the line is no record, or was changed: its hash is not that of its text");
            return;
        }
        AuditRecord now = record.get();
        if (before == null && now.number() < first) {
            return;
        }
        if (found == null) {
            if (now.number() != expected) {
                broken(
                        expected,
                        number,
                        now.number() > expected
                                ? "missing: record " + now.number() + " stands in its place"
                                : "record " + now.number() + " stands here, out of order or a second time");
            } else if (before != null && !now.before().equals(before.hash())) {
                broken(before.number(), number - 1, "changed: record " + now.number() + " follows another one");
            } else if (now.number() == 1 && !now.before().equals(AuditLine.NOTHING_BEFORE)) {
                broken(1, number, "names a record before the first");
            }
        }
        if (anchor.isPresent() && now.number() == anchor.get().number()) {
            anchorSeen = true;
            if (!now.hash().equals(anchor.get().hash())) {
                broken(now.number(), number, "not the record that the store knows by that number");
            }
        }
        if (records == 0) {
            firstNumber = now.number();
        }
        records++;
        last = now;
    }

    private void broken(long record, long line, String what) {
        if (found == null) {
            found = new AuditOperations.Break(record, lastFile, line, what);
        }
    }

    private AuditOperations.Verified end() {
        AuditRecord end = last;
        long lastNumber = end == null ? 0 : end.number();
        anchor.ifPresent(head -> {
            if (!anchorSeen && head.number() >= first && head.number() > lastNumber) {
                broken(
                        lastNumber == 0 ? first : lastNumber + 1,
                        0,
                        "missing, and all after it: the store knows of " + head.number() + " records");
            }
        });
        return new AuditOperations.Verified(
                found == null,
                records,
                firstNumber,
                lastNumber,
                end == null ? "" : end.hash(),
                anchor.map(AuditHead::number).orElse(0L),
                torn,
                found);
    }
}
