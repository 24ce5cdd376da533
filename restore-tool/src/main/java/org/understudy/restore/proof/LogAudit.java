package org.understudy.restore.proof;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.LogVisitor;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.MailStore;

/** Reads the live store's log of one merge or undo and holds every row of it against the rules. Used once. */
public final class LogAudit {
    private final MailStore live;
    private final long from;
    private final long to;
    private final PlannedKeys planned;
    private final KeyWords words;
    private final OwnRows own;
    private final OtherRows others;
    private final Map<String, long[]> authors = new TreeMap<>();
    private final List<BlastRadius.Stray> strays = new ArrayList<>();
    private final List<BlastRadius.Gap> gaps = new ArrayList<>();
    private long strayCount;
    private long effects;
    private long rows;
    private long explained;

    /**
     * @param from sequence number before the first row
     * @param to that of the last
     */
    public LogAudit(MailStore live, long from, long to, PlannedKeys planned) {
        this.live = live;
        this.from = from + 1;
        this.to = to;
        this.planned = planned;
        words = new KeyWords(live);
        own = new OwnRows(planned);
        others = new OtherRows(planned);
    }

    public BlastRadius run(Progress progress) {
        progress.begin("reading the log", to - from + 1, "rows");
        live.readLog(from, to, new LogVisitor() {
            @Override
            public void effect(LoggedEffect effect) {
                audit(effect);
                progress.advance(rows, 0);
            }

            @Override
            public void gap(long first, long last) {
                gaps.add(new BlastRadius.Gap(first, last, planned.explains(first, last)));
            }
        });
        return result();
    }

    private void audit(LoggedEffect effect) {
        boolean ours = effect.author().equals(Authors.restore(planned.restoreId()));
        Map<LoggedEffect.Row, String> unexplained = ours ? own.unexplained(effect) : others.unexplained(effect);
        effects++;
        rows += effect.rows().size();
        explained += ours ? effect.rows().size() - unexplained.size() : 0;
        long[] count = authors.computeIfAbsent(Authors.kind(effect.author(), planned.restoreId()), key -> new long[2]);
        count[0]++;
        count[1] += effect.rows().size();
        strayCount += unexplained.size();
        unexplained.forEach((row, why) -> {
            if (strays.size() < BlastRadius.LISTED) {
                strays.add(stray(effect.author(), row, why));
            }
        });
    }

    private BlastRadius.Stray stray(String author, LoggedEffect.Row row, String why) {
        return new BlastRadius.Stray(
                row.sequence(),
                row.family() == null ? "unknown" : row.family().columnFamily(),
                words.of(row.family(), row.key()),
                HexFormat.of().formatHex(row.key()),
                row.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                author,
                why);
    }

    private BlastRadius result() {
        List<String> missing = planned.missing();
        List<String> touched = List.copyOf(others.touched());
        boolean whole = gaps.stream().noneMatch(gap -> gap.explained().isEmpty());
        ProofVerdict verdict = strayCount > 0 || (whole && !missing.isEmpty())
                ? ProofVerdict.FAILED
                : whole ? ProofVerdict.PASSED : ProofVerdict.INCOMPLETE;
        long keys = planned.planned();
        List<BlastRadius.AuthorCount> counts = new ArrayList<>();
        authors.forEach((author, count) -> counts.add(new BlastRadius.AuthorCount(author, count[0], count[1])));
        return new BlastRadius(
                verdict,
                from,
                to,
                effects,
                rows,
                counts,
                explained,
                keys,
                keys - planned.unwritten(),
                strayCount,
                strays,
                missing.size(),
                missing.stream().limit(BlastRadius.LISTED).toList(),
                touched.size(),
                touched.stream().limit(BlastRadius.LISTED).toList(),
                gaps);
    }
}
