package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationVerb;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.audit.AuditOperations;
import org.understudy.server.audit.AuditOperations.Asked;
import org.understudy.server.audit.AuditOperations.Break;
import org.understudy.server.audit.AuditOperations.Records;
import org.understudy.server.audit.AuditOperations.Verified;
import org.understudy.server.audit.AuditOperations.Wanted;
import org.understudy.server.audit.AuditRecord;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy audit}. */
final class AuditVerbs {
    private AuditVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "audit",
                "Read and check the log of what staff did.",
                List.of(new ListVerb(frame), new VerifyVerb(frame)));
    }

    @Command(
            name = "list",
            description = {"List what is in the audit log, the newest records last."},
            footer = {
                "",
                "Example: understudy audit list --action restore.merge --since 2026-05-01",
                "         understudy audit list --actor erin --json"
            })
    static final class ListVerb extends OperationVerb<Wanted, Records> {
        @Option(
                names = "--actor",
                paramLabel = "TEXT",
                description = "Only what somebody did whose name has TEXT in it.")
        private String actor = "";

        @Option(names = "--action", paramLabel = "TEXT", description = "Only actions with TEXT in their name.")
        private String action = "";

        @Option(names = "--about", paramLabel = "TEXT", description = "Only records with TEXT in a detail.")
        private String about = "";

        @Option(names = "--kind", paramLabel = "KIND", description = "One of ${COMPLETION-CANDIDATES}.")
        private AuditEvent.@Nullable Kind kind;

        @Option(names = "--outcome", paramLabel = "OUTCOME", description = "One of ${COMPLETION-CANDIDATES}.")
        private AuditEvent.@Nullable Outcome outcome;

        @Option(
                names = "--since",
                paramLabel = "TIME",
                description = "Not before TIME: 2026-05-27 or 2026-05-27T02:00:00Z.")
        private @Nullable String since;

        @Option(names = "--until", paramLabel = "TIME", description = "Before TIME.")
        private @Nullable String until;

        @Option(names = "--last", paramLabel = "N", description = "The newest N at most; default 100.")
        private int last = 100;

        ListVerb(Frame frame) {
            super(frame, new AuditOperations.ListRecords());
        }

        @Override
        protected Wanted request(Invocation invocation) {
            if (last < 1 || last > 1_000_000) {
                throw new OperatorException(Reason.USAGE, "--last must be 1 to 1000000", "for example --last 1000");
            }
            return new Wanted(
                    actor,
                    action,
                    about,
                    kind == null ? "" : kind.name(),
                    outcome == null ? "" : outcome.name(),
                    moment("--since", since),
                    moment("--until", until),
                    last);
        }

        private static @Nullable Instant moment(String option, @Nullable String text) {
            if (text == null) {
                return null;
            }
            try {
                return text.length() == 10
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
            } catch (DateTimeParseException e) {
                throw new OperatorException(
                        Reason.USAGE,
                        option + " '" + text + "' is no time",
                        "give a day such as 2026-05-27, or a time such as 2026-05-27T02:00:00Z",
                        e);
            }
        }

        @Override
        protected void print(Records result, PrintStream out) {
            result.records().forEach(record -> out.println(line(record)));
            if (result.matching() > result.records().size()) {
                out.printf(
                        Locale.ROOT,
                        "The newest %,d of %,d; --last N shows more.%n",
                        result.records().size(),
                        result.matching());
            } else if (result.records().isEmpty()) {
                out.println("No record matches.");
            }
            if (result.unreadable() > 0) {
                out.println(result.unreadable() + " lines are no records any more; run 'understudy audit verify'.");
            }
        }

        private static String line(AuditRecord record) {
            StringBuilder text = new StringBuilder();
            text.append(record.number()).append("  ").append(record.at()).append("  ");
            text.append(Printable.line(record.actor()));
            if (!record.from().isEmpty()) {
                text.append(" from ").append(Printable.line(record.from()));
            }
            text.append("  ").append(record.action()).append(' ');
            text.append(record.outcome().name().toLowerCase(Locale.ROOT));
            record.details()
                    .forEach((name, value) ->
                            text.append("  ").append(name).append('=').append(Printable.line(value)));
            if (!record.words().isEmpty()) {
                text.append("  (").append(Printable.line(record.words())).append(')');
            }
            return text.toString();
        }
    }

    @Command(
            name = "verify",
            description = {
                "Follow the chain of the audit log from its first record to the last that the store knows.",
                "Names the first record that was changed, taken out, put elsewhere or cut off; exit code 3 then."
            },
            footer = {"", "Example: understudy audit verify"})
    static final class VerifyVerb extends OperationVerb<Asked, Verified> {
        @Option(
                names = "--first",
                paramLabel = "N",
                description = "The first record that must be there, where older files were moved elsewhere; default 1.")
        private long first = 1;

        VerifyVerb(Frame frame) {
            super(frame, new AuditOperations.Verify());
        }

        @Override
        protected Asked request(Invocation invocation) {
            if (first < 1) {
                throw new OperatorException(Reason.USAGE, "--first must be 1 or more", "records count from 1");
            }
            return new Asked(first);
        }

        @Override
        protected void print(Verified result, PrintStream out) {
            Break broken = result.broken();
            if (broken == null) {
                out.printf(
                        Locale.ROOT,
                        "The chain holds: %,d records, %,d to %,d.%n",
                        result.records(),
                        result.first(),
                        result.last());
                out.println("Its head is " + result.head() + ".");
                if (result.known() == 0) {
                    out.println("The store knows no head of it, so whether its end was cut off cannot be told.");
                }
            } else {
                out.println("BROKEN at record " + broken.record() + ": " + broken.what() + ".");
                if (!broken.file().isEmpty()) {
                    out.println("  file " + broken.file() + (broken.line() > 0 ? ", line " + broken.line() : ""));
                }
                out.println(
                        "HINT: compare with a copy of the folder 'audit' from before; each snapshot knows the head that"
                                + " the log had then (docs/audit-log-format.md).");
            }
            if (result.torn()) {
                out.println("Half a record stands at the end; the next one takes its place.");
            }
        }

        @Override
        protected int exitCode(Verified result) {
            return result.sound() ? 0 : Reason.UNSOUND.exitCode();
        }
    }
}
