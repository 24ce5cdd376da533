package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Clock;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.MailStore;

/** A process that takes a snapshot and is gone, as if killed, when a step has been reached for the n-th time. */
final class TakingProcess {
    static final int KILLED = 137;

    private TakingProcess() {}

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        Step last = Step.valueOf(args[2]);
        int[] left = {Integer.parseInt(args[3])};
        try (MailStore store = MailStore.open(data.resolve("store"), MailFixture.options())) {
            Workplace workplace = new Workplace(store, data, Path.of(args[1]), Clock.systemUTC());
            new TakeSnapshot(step -> {
                        if (step == last && --left[0] == 0) {
                            Runtime.getRuntime().halt(KILLED);
                        }
                    })
                    .run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
        }
    }
}
