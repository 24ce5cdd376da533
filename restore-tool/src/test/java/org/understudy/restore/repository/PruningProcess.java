package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.storage.MailStore;

/** A process that prunes and is gone, as if killed, when a step has been reached for the n-th time. */
final class PruningProcess {
    private PruningProcess() {}

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        PruneStep last = PruneStep.valueOf(args[2]);
        int[] left = {Integer.parseInt(args[3])};
        try (MailStore store = MailStore.open(data.resolve("store"), MailFixture.options())) {
            Workplace workplace = new Workplace(store, data, Path.of(args[1]), Clock.systemUTC());
            new PruneRepository(List.of(), step -> {
                        if (step == last && --left[0] == 0) {
                            Runtime.getRuntime().halt(TakingProcess.KILLED);
                        }
                    })
                    .run(
                            new PruneRepository.Request(new RetentionRules(2, 0, 0, 0, 0, 0), false),
                            workplace,
                            Progress.SILENT);
        }
    }
}
