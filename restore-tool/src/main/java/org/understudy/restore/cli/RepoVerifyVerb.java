package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.repository.RepositoryFinding;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy repo verify}. */
@Command(
        name = "verify",
        description = {
            "Check the repository: manifests, signatures, chain, and that every file is there in its size.",
            "Of damage it says whose messages are concerned. Nothing is changed. Exit code 3 if it is not sound."
        },
        footer = {
            "",
            "Example: understudy repo verify",
            "         understudy repo verify --full latest",
            "         understudy repo verify --read-data-subset next/7"
        })
final class RepoVerifyVerb extends OperationVerb<VerifyRepository.Request, VerifyRepository.Result> {
    private static final String BODIES = "body";

    @Option(names = "--full", description = "Read every file and compare its SHA-256.")
    private boolean full;

    @Option(
            names = "--read-data-subset",
            paramLabel = "N/T",
            description = {
                "Read the N-th of T equal parts of the files and compare their SHA-256; T runs cover all.",
                "next/T reads the part that was read longest ago: run it daily with next/7, and each file is read weekly."
            })
    private String subset = "";

    @Parameters(
            paramLabel = "SNAPSHOT",
            arity = "0..*",
            description =
                    "Check the files of these only: an id, its beginning, or latest. Manifests are always checked.")
    private List<String> snapshots = new ArrayList<>();

    RepoVerifyVerb(Frame frame) {
        super(frame, RestoreOperations.verifyRepository());
    }

    @Override
    protected VerifyRepository.Request request(Invocation invocation) {
        return new VerifyRepository.Request(full, snapshots, subset);
    }

    @Override
    protected int exitCode(VerifyRepository.Result result) {
        return result.sound() ? 0 : Reason.UNSOUND.exitCode();
    }

    @Override
    protected void print(VerifyRepository.Result result, PrintStream out) {
        out.print("Repository " + Printable.line(result.repository()) + "\n");
        out.print("  checked  " + Figures.count(result.snapshots(), "snapshot") + ", "
                + Figures.count(result.objects(), "file")
                + (result.full()
                        ? ": every byte read, " + Figures.size(result.bytesRead()) + "\n"
                        : result.subset().isEmpty()
                                ? ": presence and size; contents not read\n"
                                : ": presence and size; of part " + result.subset() + ", which is "
                                        + Figures.count(result.objectsRead(), "file") + ", every byte read, "
                                        + Figures.size(result.bytesRead()) + "\n"));
        if (result.segments() > 0) {
            out.print("  log      " + Figures.count(result.segments(), "segment") + "\n");
        }
        if (result.unnamedObjects() > 0) {
            out.print("  unused   " + Figures.count(result.unnamedObjects(), "file")
                    + " that no snapshot names; harmless\n");
        }
        out.print("  took     " + Figures.duration(result.durationMillis()) + "\n");
        Map<RepositoryFinding, List<String>> findings = bySubstance(result.findings());
        out.print((result.sound() ? "Sound" : "NOT SOUND") + ": " + Figures.count(findings.size(), "finding") + ".\n");
        int number = 0;
        for (Map.Entry<RepositoryFinding, List<String>> entry : findings.entrySet()) {
            number++;
            print(number, entry.getKey(), entry.getValue(), out);
        }
        if (!result.sound()) {
            out.print("\nDamage puts the incident hold on: nothing is pruned or expired until a person ends it"
                    + " ('understudy repo hold').\n");
        }
        if (result.sound() && !result.full() && result.subset().isEmpty()) {
            out.print("Next: understudy repo verify --full   (reads every file)\n");
        }
    }

    /** Findings that differ in nothing but the snapshot are shown once, with all their snapshots and the last one's hint. */
    private static Map<RepositoryFinding, List<String>> bySubstance(List<RepositoryFinding> findings) {
        Map<RepositoryFinding, String> hints = new LinkedHashMap<>();
        Map<RepositoryFinding, List<String>> snapshots = new LinkedHashMap<>();
        for (RepositoryFinding one : findings) {
            RepositoryFinding substance = new RepositoryFinding(
                    one.kind(),
                    "",
                    one.file(),
                    one.storeFile(),
                    one.columnFamily(),
                    one.expected(),
                    one.found(),
                    one.meaning(),
                    one.affected(),
                    "");
            snapshots.computeIfAbsent(substance, key -> new ArrayList<>()).add(one.snapshot());
            hints.put(substance, one.hint());
        }
        Map<RepositoryFinding, List<String>> grouped = new LinkedHashMap<>();
        snapshots.forEach((one, ids) -> grouped.put(
                new RepositoryFinding(
                        one.kind(),
                        "",
                        one.file(),
                        one.storeFile(),
                        one.columnFamily(),
                        one.expected(),
                        one.found(),
                        one.meaning(),
                        one.affected(),
                        hints.getOrDefault(one, "")),
                ids));
        return grouped;
    }

    private static void print(int number, RepositoryFinding finding, List<String> snapshots, PrintStream out) {
        out.print("\n" + number + ". "
                + finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ')
                + (finding.kind().damage() ? "" : " (no damage)") + "\n");
        line(out, "file", finding.file());
        if (!finding.storeFile().isEmpty()) {
            line(
                    out,
                    "known as",
                    finding.storeFile()
                            + (finding.columnFamily().isEmpty() ? "" : ", a table of " + finding.columnFamily()));
        }
        List<String> named = snapshots.stream().filter(id -> !id.isEmpty()).toList();
        if (!named.isEmpty()) {
            line(out, "in", "snapshot " + String.join(", ", named));
        }
        line(out, "expected", finding.expected());
        line(out, "found", finding.found());
        line(out, "meaning", finding.meaning());
        if (!finding.affected().isEmpty()) {
            Table table = new Table("user", "mailbox", "messages", "concerned", "UIDs");
            for (Affected one : finding.affected()) {
                table.row(one.user(), one.mailbox(), one.messages(), concerned(one.loss()), one.uids());
            }
            table.print(out, "     ");
        } else if (finding.columnFamily().equals(BODIES)) {
            line(out, "messages", "none of them is in use");
        }
        out.print("   HINT: " + Printable.line(finding.hint()) + "\n");
    }

    private static String concerned(RepositoryFinding.Loss loss) {
        return switch (loss) {
            case BODY -> "content";
            case MESSAGE -> "whole message";
            case FLAGS -> "flags only";
            case CHANGES -> "changes of that time";
            case UNPROVEN -> "readable, not provable";
        };
    }

    private static void line(PrintStream out, String name, String text) {
        out.print("   " + name + " ".repeat(Math.max(1, 10 - name.length())) + Printable.line(text) + "\n");
    }
}
