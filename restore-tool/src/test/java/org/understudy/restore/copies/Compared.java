package org.understudy.restore.copies;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.understudy.restore.inspect.BestCopy;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.Sources;
import org.understudy.restore.validate.Finding;

/** A comparison's results, gathered. */
final class Compared {
    final Map<String, Inspected> here = new LinkedHashMap<>();
    final Map<String, BestCopy> best = new LinkedHashMap<>();
    final List<Inspected.Message> onlyThere = new ArrayList<>();
    final List<BestCopy> bestOnlyThere = new ArrayList<>();
    Comparison.Result result;

    private Compared() {}

    /** Of directories; they are named main, second, third. */
    static Compared of(Path main, Path... others) throws IOException {
        String[] names = {"second", "third", "fourth"};
        List<Comparison.Other> opened = new ArrayList<>();
        for (Path other : others) {
            opened.add(new Comparison.Other(names[opened.size()], Sources.open(other)));
        }
        try (BackupSource source = Sources.open(main)) {
            return of(source, opened);
        } finally {
            for (Comparison.Other other : opened) {
                other.source().close();
            }
        }
    }

    static Compared of(BackupSource main, List<Comparison.Other> others) throws IOException {
        Compared compared = new Compared();
        Inspection inspection = Inspection.standard();
        try (Comparison comparison = Comparison.against(others, inspection, Progress.SILENT)) {
            compared.result = comparison.run(
                    "main",
                    main,
                    inspection,
                    new Comparison.Sink() {
                        @Override
                        public void here(Inspected item, BestCopy best) {
                            compared.here.put(item.ref().path(), item);
                            if (best != null) {
                                compared.best.put(item.ref().path(), best);
                            }
                        }

                        @Override
                        public void onlyThere(String source, Inspected.Message message, BestCopy best) {
                            compared.onlyThere.add(message);
                            compared.bestOnlyThere.add(best);
                        }
                    },
                    Progress.SILENT);
        }
        return compared;
    }

    Inspected.Message message(String path) {
        if (here.get(path) instanceof Inspected.Message message) {
            return message;
        }
        throw new AssertionError(path + " is " + here.get(path) + "; there are " + here.keySet());
    }

    /** What other copies say of a message: strength and words, a line each. */
    String said(String path) {
        return message(path).findings().stream()
                .filter(finding -> finding.check().equals(Jury.CHECK))
                .map(finding -> finding.strength().word() + ": " + finding.what())
                .collect(Collectors.joining("\n"));
    }

    boolean has(String path, Finding.Strength strength) {
        return message(path).findings().stream()
                .anyMatch(finding -> finding.check().equals(Jury.CHECK) && finding.strength() == strength);
    }
}
