package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.RepositoryPlace;

/** A process that recovers a store and is gone, as if killed, when progress has been told of for the n-th time. */
final class RecoveringProcess {
    static final int KILLED = 137;

    private RecoveringProcess() {}

    public static void main(String[] args) throws Exception {
        int[] left = {Integer.parseInt(args[2])};
        Progress deadly = new Progress() {
            @Override
            public void begin(String phase, long total, String unit) {
                count();
            }

            @Override
            public void advance(long done, long bytes) {
                count();
            }

            @Override
            public void note(String text) {}

            private void count() {
                if (--left[0] == 0) {
                    Runtime.getRuntime().halt(KILLED);
                }
            }
        };
        new RecoverStore(RepositoryPlace.folder(Path.of(args[1])), Path.of(args[0]), Clock.systemUTC(), deadly)
                .run(new RecoverStore.Request("latest", null, List.of(), RecoverStore.UID_MARGIN));
    }
}
