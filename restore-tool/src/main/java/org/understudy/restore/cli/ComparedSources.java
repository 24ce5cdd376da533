package org.understudy.restore.cli;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.CopyTotals;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.page.InspectionPage;
import org.understudy.restore.source.BackupSource;

/** A source and those that it is compared with, if any; inspected once. */
final class ComparedSources implements Closeable {
    private final String name;
    private final BackupSource main;
    private final List<Comparison.Other> others;
    private final List<BestCopy> onlyThere = new ArrayList<>();
    private @Nullable CopyTotals copies;

    ComparedSources(String name, BackupSource main, List<Comparison.Other> others) {
        this.name = name;
        this.main = main;
        this.others = List.copyOf(others);
    }

    /** Takes items of the main source; see {@link Comparison.Sink#here}. */
    interface Here {
        void accept(Inspected item, @Nullable BestCopy best) throws IOException;
    }

    /** Takes messages that only another source holds, with that source's name. */
    interface OnlyThere {
        void accept(String source, Inspected.Message message, BestCopy best) throws IOException;
    }

    InspectionSummary inspect(Inspection inspection, Here here, OnlyThere there, Progress progress)
            throws IOException {
        if (others.isEmpty()) {
            return inspection.run(main, item -> here.accept(item, null), progress);
        }
        try (Comparison comparison = Comparison.against(others, inspection, progress)) {
            Comparison.Result result = comparison.run(name, main, inspection, sink(here, there), progress);
            copies = result.copies();
            return result.inspected();
        }
    }

    private Comparison.Sink sink(Here here, OnlyThere there) {
        return new Comparison.Sink() {
            @Override
            public void here(Inspected item, @Nullable BestCopy best) throws IOException {
                here.accept(item, best);
            }

            @Override
            public void onlyThere(String source, Inspected.Message message, BestCopy best) throws IOException {
                there.accept(source, message, best);
                if (onlyThere.size() < InspectionPage.LISTED) {
                    onlyThere.add(best);
                }
            }
        };
    }

    /** How they compare, after {@link #inspect}; null if there is only one. */
    @Nullable
    CopyTotals copies() {
        return copies;
    }

    /** Best copies of the first messages that only others hold. */
    List<BestCopy> onlyThere() {
        return List.copyOf(onlyThere);
    }

    @Override
    public void close() throws IOException {
        try (main) {
            for (Comparison.Other other : others) {
                other.source().close();
            }
        }
    }
}
