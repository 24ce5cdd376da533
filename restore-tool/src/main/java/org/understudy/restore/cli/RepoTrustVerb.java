package org.understudy.restore.cli;

import java.nio.file.Path;
import org.understudy.restore.repository.TrustKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy repo trust}. */
@Command(
        name = "trust",
        description = {
            "Trust a key for snapshots on this machine.",
            "The repository's copy of the key with that id is put into the keys folder. Give the id as you noted it when"
                    + " the key was made, not as the repository says it."
        },
        footer = {"", "Example: understudy repo trust 5a0c1f3b9e77d214"})
final class RepoTrustVerb extends Verb {
    @Parameters(paramLabel = "ID", description = "16 hexadecimal digits.")
    private String id;

    RepoTrustVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        TrustKey.Result result = TrustKey.ofRepository(
                invocation.repository(), id, invocation.dataFolder().resolve("keys"));
        invocation
                .console()
                .result(
                        result,
                        out -> out.print("Key " + result.id() + " is trusted from now on: "
                                + Printable.line(Path.of(result.file()).toString()) + "\n"));
        return 0;
    }
}
