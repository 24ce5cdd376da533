package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.pack.PackRestore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore pack}. */
@Command(
        name = "pack",
        description = {
            "Pack all evidence of a restore into one signed archive that others can check without Understudy: verdicts,"
                    + " plan, approvals, receipt, proofs, undo, log. No message content is in it.",
            "Its verify.sh needs only sha256sum, openssl and jq."
        },
        footer = {"", "Example: understudy restore pack latest --out evidence.tar.gz"})
final class PackVerb extends OperationVerb<PackRestore.Request, PackRestore.Result> {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "The archive. Default: evidence-ID.tar.gz in the folder where you are.")
    @Nullable
    private Path out;

    PackVerb(Frame frame) {
        super(frame, RestoreOperations.pack());
    }

    @Override
    protected PackRestore.Request request(Invocation invocation) {
        String restore = RestoreName.resolve(invocation, id);
        Path file = out == null ? Path.of("evidence-" + restore + ".tar.gz") : out;
        return new PackRestore.Request(restore, invocation.absolute(file).toString());
    }

    @Override
    protected void print(PackRestore.Result result, PrintStream to) {
        to.print("The evidence of restore " + result.id() + " is packed: " + Figures.count(result.files(), "file")
                + ", " + Figures.count(result.verdicts(), "verdict") + ", " + Figures.size(result.bytes()) + ".\n");
        to.print("  file    " + Printable.line(result.file()) + "\n");
        to.print("  sha256  " + result.sha256() + "\n");
        to.print("  signed  by key " + result.keyId() + "\n");
        to.print("To check it anywhere: tar -xzf FILE; sh evidence-" + result.id() + "/verify.sh -k" + " snapshot-"
                + result.keyId() + ".pub\n");
        to.print("Give the key, keys/snapshot-" + result.keyId()
                + ".pub of the data folder, to those who check, by another way than the pack.\n");
    }
}
