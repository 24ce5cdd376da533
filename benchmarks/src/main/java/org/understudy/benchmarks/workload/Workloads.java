package org.understudy.benchmarks.workload;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.understudy.benchmarks.subject.Durability;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Mint;

/** All workloads by name, in the order in which they are best run, and the mailboxes that they share. */
public final class Workloads {
    private static final int POOL = 2_000;
    private static final int MIXED_POOL = 400;
    static final int BIG_USER = Subject.CROWD + 1;
    static final int BODIES_USER = Subject.CROWD + 2;
    static final int MEDIUM_USER = Subject.CROWD + 3;

    private Workloads() {}

    public static Map<String, Function<Scale, Workload>> all() {
        Map<String, Function<Scale, Workload>> all = new LinkedHashMap<>();
        all.put("append", AppendWorkload::new);
        all.put("select", SelectWorkload::new);
        all.put("fetch", FetchWorkload::new);
        all.put("qresync", QresyncWorkload::new);
        all.put("bodies", BodiesWorkload::new);
        all.put("change", scale -> new ChangeWorkload(scale, Durability.USUAL));
        all.put("change-synced", scale -> new ChangeWorkload(scale, Durability.SYNCED));
        all.put("search", SearchWorkload::new);
        all.put("login", LoginWorkload::new);
        all.put("idle", IdleWorkload::new);
        return all;
    }

    static Fixture big(Scale scale) {
        return new Fixture(BIG_USER, "INBOX", new Mint(Mint.Size.SMALL, 1, POOL), scale.big());
    }

    static Fixture bodies(Scale scale) {
        return new Fixture(BODIES_USER, "INBOX", new Mint(Mint.Size.MIXED, 2, MIXED_POOL), scale.bodies());
    }

    static Fixture medium(Scale scale) {
        return new Fixture(MEDIUM_USER, "INBOX", new Mint(Mint.Size.MEDIUM, 3, POOL), scale.medium());
    }
}
