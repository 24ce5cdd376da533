package org.understudy.restore.drill;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.understudy.restore.canary.KnownCanary;
import org.understudy.restore.drill.DrillResult.ImapReading;
import org.understudy.restore.drill.DrillResult.UserDrill;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.workflow.SourceOpener;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.StandardExaminer;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;

/** Rehearses the restore of one user after another, in the folder of a drill. */
final class OneUser {
    private final OpenedSnapshot snapshot;
    private final Workplace real;
    private final Workplace drills;
    private final Path folder;
    private final Optional<MailProgramLeg> mailProgram;
    private final RandomGenerator random;

    OneUser(
            OpenedSnapshot snapshot,
            Workplace real,
            Path folder,
            Optional<MailProgramLeg> mailProgram,
            RandomGenerator random) {
        this.snapshot = snapshot;
        this.real = real;
        this.drills = new Workplace(real.live(), folder, real.repository(), real.clock(), real.approvals());
        this.folder = folder;
        this.mailProgram = mailProgram;
        this.random = random;
    }

    UserDrill run(Manifest.User promised, Optional<KnownCanary> canary, Progress progress) throws InterruptedException {
        List<String> faults = new ArrayList<>();
        ReplayTotals totals = ReplayTotals.NONE;
        VerdictCounts verdicts = VerdictCounts.NONE;
        Rehearsed compared = new Rehearsed(promised, snapshot);
        ImapReading imap = ImapReading.NONE;
        long stageMillis = 0;
        long validateMillis = 0;
        long messages = promised.mailboxes().stream()
                .mapToLong(Manifest.Mailbox::messages)
                .sum();
        try {
            Instant begun = real.clock().instant();
            StageRestore.Result staged = stage(promised.name(), progress);
            totals = staged.totals();
            Instant replayed = real.clock().instant();
            ValidateRestore.Result validated = new ValidateRestore(Steps.UNWATCHED)
                    .run(new ValidateRestore.Request(staged.id()), drills, progress);
            verdicts = validated.totals();
            stageMillis = Duration.between(begun, replayed).toMillis();
            validateMillis = Duration.between(replayed, real.clock().instant()).toMillis();
            judge(messages, totals, validated, faults);
            compared.compare(drills, staged.id(), canary);
            faults.addAll(compared.faults());
            imap = read(staged.id(), promised.name(), compared, faults);
        } catch (OperatorException | CorruptionException | IOException e) {
            faults.add(Failure.of(e).message());
        }
        if (faults.isEmpty()) {
            DrillFolders.dropShadows(folder);
        }
        return new UserDrill(
                promised.name(),
                canary.isPresent(),
                messages,
                totals.replayed(),
                totals.duplicate(),
                totals.unreadable(),
                verdicts.proven(),
                verdicts.consistent(),
                verdicts.suspect(),
                verdicts.damaged(),
                totals.bytes(),
                compared.trees(),
                compared.treesDifferent(),
                compared.canaryMessages(),
                imap,
                stageMillis,
                validateMillis,
                faults);
    }

    private StageRestore.Result stage(String user, Progress progress) throws InterruptedException {
        StandardSources standard = new StandardSources();
        SourceOpener fromHere = (source, place) -> standard.open(source, real);
        return new StageRestore(fromHere, new StandardExaminer(), new SecureRandom(), Steps.UNWATCHED)
                .run(
                        new StageRestore.Request(
                                "",
                                "snapshot",
                                StandardSources.SNAPSHOT + snapshot.manifest().id(),
                                Map.of(),
                                Set.of(user),
                                0),
                        drills,
                        progress);
    }

    private static void judge(
            long promised, ReplayTotals totals, ValidateRestore.Result validated, List<String> faults) {
        long accounted = totals.replayed() + totals.duplicate() + totals.unreadable();
        if (accounted != promised) {
            faults.add("the manifest promises " + promised + " messages, and " + accounted + " were found");
        }
        if (totals.unreadable() > 0) {
            faults.add(totals.unreadable() + " messages of the snapshot cannot be read");
        }
        if (validated.totals().damaged() > 0) {
            faults.add(validated.totals().damaged() + " messages are damaged");
        }
        if (validated.rereadDifferent() > 0) {
            faults.add(
                    validated.rereadDifferent() + " messages read differently from the shadow than they were written");
        }
        long unproven = validated.totals().consistent() + validated.totals().suspect();
        if (unproven > 0) {
            faults.add(unproven + " messages are not proven by the manifest");
        }
    }

    private ImapReading read(String restore, String user, Rehearsed compared, List<String> faults)
            throws IOException, InterruptedException {
        if (mailProgram.isEmpty()) {
            return ImapReading.NONE;
        }
        MailProgramLeg.Report report = mailProgram.get().read(folder, restore, user, compared.mailboxes(), random);
        faults.addAll(report.faults());
        return report.reading();
    }
}
