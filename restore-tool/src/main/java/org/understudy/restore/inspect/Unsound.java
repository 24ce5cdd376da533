package org.understudy.restore.inspect;

import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.validate.Verdict;

/**
 * The first of the items that someone should look at: damaged, then unreadable, then suspect, then sound ones that may be
 * another user's.
 */
public final class Unsound implements Inspection.Sink {
    private final int atMost;
    private final List<Inspected> damaged = new ArrayList<>();
    private final List<Inspected> unreadable = new ArrayList<>();
    private final List<Inspected> suspect = new ArrayList<>();
    private final List<Inspected> strays = new ArrayList<>();

    /** @param atMost how many are kept */
    public Unsound(int atMost) {
        this.atMost = atMost;
    }

    @Override
    public void accept(Inspected item) {
        List<Inspected> list = switch (item) {
            case Inspected.Message m when m.verdict() == Verdict.DAMAGED -> damaged;
            case Inspected.Message m when m.verdict() == Verdict.SUSPECT -> suspect;
            case Inspected.Message m -> strays;
            case Inspected.Unreadable u -> unreadable;
            case Inspected.Ignored i -> suspect;
        };
        if (item.unsound() && list.size() < atMost) {
            list.add(item);
        }
    }

    /** At most as many as were asked for, worst first, in the order of the source within each kind. */
    public List<Inspected> items() {
        List<Inspected> items = new ArrayList<>(damaged);
        items.addAll(unreadable);
        items.addAll(suspect);
        items.addAll(strays);
        return List.copyOf(items.subList(0, Math.min(atMost, items.size())));
    }
}
