package org.understudy.server.search;

import java.util.Optional;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** The work behind {@code understudy search}. */
public final class SearchOperations {
    private SearchOperations() {}

    public record Nothing() {}

    /**
     * @param running whether a server builds the index from now on; else it does when it starts
     * @param enabled whether the server that runs keeps an index at all
     */
    public record Rebuilt(boolean running, boolean enabled) {}

    /** {@code search.rebuild}. */
    public static final class Rebuild implements Operation<Nothing, Rebuilt> {
        private final boolean running;
        private final Optional<SearchIndexing> indexing;

        private Rebuild(boolean running, Optional<SearchIndexing> indexing) {
            this.running = running;
            this.indexing = indexing;
        }

        /** Where no server runs: deletes the index, which the next server builds anew. */
        public static Rebuild withoutServer() {
            return new Rebuild(false, Optional.empty());
        }

        /** @param indexing empty where the configuration wants no index */
        public static Rebuild in(Optional<SearchIndexing> indexing) {
            return new Rebuild(true, indexing);
        }

        @Override
        public String name() {
            return "search.rebuild";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Nothing> requestType() {
            return Nothing.class;
        }

        @Override
        public Class<Rebuilt> resultType() {
            return Rebuilt.class;
        }

        @Override
        public Rebuilt run(Nothing request, Workplace workplace, Progress progress) {
            if (indexing.isPresent()) {
                indexing.get().rebuild();
                return new Rebuilt(true, true);
            }
            SearchIndexing.delete(workplace.dataFolder());
            return new Rebuilt(running, false);
        }
    }
}
