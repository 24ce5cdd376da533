package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.log.RecoveredMoment;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy repo recover}. */
@Command(
        name = "recover",
        description = {
            "After a disaster: put the whole store together from the repository, on a machine with an empty data"
                    + " folder.",
            "Every file and every message is read and compared. Stopped, the same command goes on where it ended.",
            "The server must not be running; start it afterwards.",
            "Exit code 3 if the log is not whole after the snapshot, so that mail which was in the repository is missing."
        },
        footer = {
            "",
            "Example: understudy repo recover --trust-key-id 5a0c1f3b9e77d214",
            "         understudy repo recover --at 2026-05-26T23:59:30Z --trust-key-id 5a0c1f3b9e77d214",
            "         understudy repo recover --snapshot 2026-05-27 --trust-key"
                    + " /media/safe/snapshot-5a0c1f3b9e77d214.pub"
        })
final class RepoRecoverVerb extends Verb {
    private static final RecoveredMoment.Last NO_LOG = new RecoveredMoment.Last(Optional.empty(), List.of());

    @Option(
            names = "--snapshot",
            paramLabel = "SNAPSHOT",
            description = "An id, its beginning, or latest, without the log after it. Default: the newest, and the log"
                    + " after it as far as it reaches.")
    private @Nullable String snapshot;

    @Option(
            names = "--at",
            paramLabel = "INSTANT",
            description = "The store as it was at that moment, from a snapshot and the log after it; for example"
                    + " 2026-05-26T23:59:30Z. 'repo list' shows which moments can be reached.")
    private @Nullable String at;

    @Option(
            names = "--trust-key",
            paramLabel = "FILE",
            description = "The public key that must have signed, from wherever it was kept.")
    private @Nullable Path trustKey;

    @Option(
            names = "--trust-key-id",
            paramLabel = "ID",
            description =
                    "The id of that key, as it was noted. The repository's own copy of it is then taken. May be given"
                            + " for several keys.")
    private List<String> trustKeyIds = new ArrayList<>();

    @Option(
            names = "--uid-margin",
            paramLabel = "N",
            defaultValue = "" + RecoverStore.UID_MARGIN,
            description =
                    "How many UIDs each mailbox passes over, so that none which was given out after the snapshot is"
                            + " given out again. Default: ${DEFAULT-VALUE}.")
    private long uidMargin;

    @Option(names = "--list", description = "Only show the snapshots that there are; no store is made by that.")
    private boolean list;

    RepoRecoverVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        if (list) {
            return list(invocation);
        }
        if (uidMargin < 0 || uidMargin > 1L << 31) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--uid-margin must be 0 to " + (1L << 31) + ", found " + uidMargin,
                    "Leave it out, unless a mailbox gets more than a million messages between two snapshots.");
        }
        Path key = trustKey == null ? null : invocation.absolute(trustKey);
        if (at != null && snapshot != null) {
            throw new OperatorException(
                    Reason.USAGE, "both --snapshot and --at are given", "With --at, the snapshot is found by itself.");
        }
        RecoveredMoment.Last last = snapshot != null ? NO_LOG : last(invocation);
        RecoveredMoment moment = last.moment().orElse(null);
        String from = moment != null ? moment.snapshot() : snapshot == null ? "latest" : snapshot;
        RecoverStore.Result result;
        try (ShownProgress progress = invocation.console().progress()) {
            result = new RecoverStore(
                            invocation.repository(), moment, invocation.dataFolder(), invocation.clock(), progress)
                    .run(new RecoverStore.Request(from, key, trustKeyIds, uidMargin));
        }
        List<String> broken =
                last.broken().stream().map(RepositoryFinding::text).toList();
        RecoverStore.Result plain = result;
        invocation.console().result(result.warning(broken), out -> print(plain, last.broken(), out));
        return broken.isEmpty() ? 0 : Reason.UNSOUND.exitCode();
    }

    private RecoveredMoment.Last last(Invocation invocation) throws InterruptedException {
        Repository repository = Repository.open(invocation.repository());
        Path keys = invocation.dataFolder().resolve("keys");
        return at == null
                ? RecoveredMoment.last(repository, keys)
                : new RecoveredMoment.Last(
                        Optional.of(
                                RecoveredMoment.of(repository, keys, StandardSources.moment(StandardSources.AT + at))),
                        List.of());
    }

    private static int list(Invocation invocation) throws InterruptedException {
        ListSnapshots.Result result;
        try (ShownProgress progress = invocation.console().progress()) {
            result = RestoreOperations.listSnapshots()
                    .list(invocation.repository(), invocation.dataFolder().resolve("keys"), progress);
        }
        invocation.console().result(result, out -> RepoListVerb.show(result, out));
        return 0;
    }

    private static void print(RecoverStore.Result result, List<RepositoryFinding> broken, PrintStream out) {
        out.print(
                "Recovered " + Printable.line(result.store()) + " from " + Printable.line(result.repository()) + "\n");
        line(out, "snapshot", result.snapshot() + (result.newest() ? ", the newest" : ", NOT the newest"));
        if (!result.moment().equals(result.created())) {
            line(out, "log", Figures.count(result.replayed(), "effect") + " replayed, up to " + result.moment());
        }
        line(
                out,
                "files",
                Figures.count(result.files(), "file") + ", " + Figures.size(result.fileBytes()) + ": "
                        + Figures.size(result.filesFetched()) + " fetched, " + Figures.size(result.filesKept())
                        + " already here; SHA-256 of each as in the manifest");
        line(
                out,
                "mail",
                Figures.count(result.messages(), "message") + " in "
                        + Figures.count(result.mailboxes(), "mailbox") + " of " + Figures.count(result.users(), "user")
                        + ", " + Figures.size(result.bytes()) + " in the snapshot: every one read, as in the manifest");
        line(out, "checked", "rows cross-checked as by fsck: sound");
        line(out, "took", Figures.duration(result.durationMillis()));
        if (result.trust() == Trust.TRUSTED_KEY) {
            line(out, "signed", "by key " + result.signingKey() + ", which you named as trusted");
        } else {
            out.print("\nTHE KEY WAS NOT PINNED. The snapshot is signed by key " + result.signingKey()
                    + ", of which only the repository's own copy\n"
                    + "is known here: whoever could change the snapshot could have changed that key, too. Compare the"
                    + " id with the one that\n"
                    + "you noted, or that stands in an evidence pack. If it is yours,"
                    + " run 'understudy repo trust " + result.signingKey() + "'.\n");
        }
        for (String warning : result.warnings()) {
            out.print("NOTE: " + Printable.line(warning) + "\n");
        }
        if (!broken.isEmpty()) {
            out.print("\nTHE LOG DOES NOT LEAD FURTHER, though there was more of it:\n");
            for (RepositoryFinding one : broken) {
                out.print("  " + Printable.line(one.text()) + "\n");
            }
            out.print(
                    "HINT: If a copy of the repository has these files, bring them back and recover again, into another"
                            + " empty data folder.\n");
        }
        out.print("\nWhat to know:\n");
        out.print("- Mail that came after "
                + (result.moment().equals(result.created())
                        ? Figures.minute(result.created()) + " UTC"
                        : result.moment().toString())
                + " is not here. Mail programs may still have it (docs/runbooks/disaster.md).\n");
        out.print("- In " + Figures.count(result.mailboxesRaised(), "mailbox") + " UIDNEXT was raised by "
                + Figures.number(result.uidMargin())
                + ", so that no UID of the lost time is given out again. UIDs and\n  UIDVALIDITY are as they were: mail"
                + " programs keep what they have.\n");
        for (String full : result.mailboxesFull()) {
            out.print("- MAILBOX " + Printable.line(full)
                    + " has fewer UIDs left than that; copy its messages to a new mailbox.\n");
        }
        out.print("- Snapshots to come are signed by this machine's key " + result.newSigningKey()
                + ". Keep the keys folder, and note that id.\n");
        out.print("Next: understudy server, then understudy snapshot\n");
    }

    private static void line(PrintStream out, String name, String text) {
        out.print("  " + name + " ".repeat(Math.max(1, 10 - name.length())) + Printable.line(text) + "\n");
    }
}
