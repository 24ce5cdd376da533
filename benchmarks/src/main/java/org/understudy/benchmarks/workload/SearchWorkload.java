package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Mint;
import org.understudy.benchmarks.wire.Wire;

/** SEARCH by header, date and text; and the same the first time ever. */
final class SearchWorkload implements Workload {
    private final Fixture medium;
    private final Map<String, String> searches = new LinkedHashMap<>();

    SearchWorkload(Scale scale) {
        medium = Workloads.medium(scale);
        searches.put("SUBJECT", "SUBJECT " + Mint.RARE_SUBJECT);
        searches.put("HEADER", "HEADER Message-ID 000000000123.bench");
        searches.put("SINCE", "SINCE 1-Jul-2026");
        searches.put("TEXT", "TEXT " + Mint.RARE_WORD);
        searches.put("BODY", "BODY " + Mint.RARE_WORD);
    }

    @Override
    public String name() {
        return "search";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        medium.fill(subject);
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        for (Map.Entry<String, String> search : searches.entrySet()) {
            if (repetition == 0) {
                search(meter, subject, search.getKey() + ", first time", search.getValue(), true);
            }
            search(meter, subject, search.getKey(), search.getValue(), false);
        }
    }

    private void search(Meter meter, Subject subject, String operation, String criteria, boolean once)
            throws IOException, InterruptedException {
        try (Wire wire = subject.login(medium.user())) {
            wire.ok("SELECT INBOX");
            meter.measure(subject, operation, Kind.LATENCY, 1, tally -> {
                Repeat.Turn turn = one -> {
                    long start = System.nanoTime();
                    long hits = one.ok("UID SEARCH " + criteria).hits();
                    tally.add(0, System.nanoTime() - start);
                    if (!criteria.startsWith("SINCE")) {
                        Expect.atLeast(hits, 1, "messages found by " + criteria);
                    }
                };
                if (once) {
                    turn.run(wire);
                } else {
                    Repeat.through(List.of(wire), turn);
                }
            });
        }
    }
}
