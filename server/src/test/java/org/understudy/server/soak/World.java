package org.understudy.server.soak;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.server.clients.ServerUnderClients;

/**
 * Two users with their mailboxes, one of them shared, and five connections that do one random thing after another. One
 * thread.
 */
@SuppressWarnings("try") // closing may be interrupted, as all of it
final class World implements AutoCloseable {
    private static final int CONNECTIONS = 5;
    static final int MOST_MESSAGES = 250;
    static final int MOST_MAILBOXES = 14;
    static final String SHARED = "Shared";

    /** What there is to do, and how often. */
    enum Act {
        APPEND(16),
        STORE(16),
        STORE_UNCHANGED(3),
        COPY(5),
        MOVE(5),
        EXPUNGE(6),
        CREATE(2),
        DELETE(1),
        RENAME(2),
        SUBSCRIBE(2),
        LIST(2),
        STATUS(5),
        SEARCH(10),
        FETCH_BODY(8),
        FETCH_ALL(5),
        SELECT(8),
        RESYNC(4),
        NOOP(6),
        IDLE(3),
        PIPELINE(4),
        BREAK_OFF(2),
        LOSE_ANSWER(1);

        final int weight;

        Act(int weight) {
            this.weight = weight;
        }
    }

    final int number;
    final long seed;
    final Random random;
    final String anna;
    final String bert;
    /** By user, then by name. */
    final Map<String, Map<String, ModelMailbox>> mailboxes = new TreeMap<>();

    final Map<String, Set<String>> subscribed = new TreeMap<>();
    final List<SoakSession> sessions = new ArrayList<>();
    final Map<Act, Long> done = new EnumMap<>(Act.class);
    final Map<String, Long> balance = new LinkedHashMap<>();
    /** Whether the server lets others at a mailbox that is shared with them; if not, nobody tries. */
    final boolean shared;

    private final WorldActs acts;
    private final WorldReads reads;

    World(int number, long seed, ServerUnderClients server) throws Exception {
        this.number = number;
        this.seed = seed;
        random = new Random(seed * 31 + number);
        anna = "anna" + number;
        bert = "bert" + number;
        for (String key : List.of("appended", "copied", "moved in", "expunged", "moved out", "gone with a mailbox")) {
            balance.put(key, 0L);
        }
        for (String user : List.of(anna, bert)) {
            server.add(user);
            mailboxes.put(user, new TreeMap<>());
            subscribed.put(user, new TreeSet<>());
        }
        for (int i = 0; i < CONNECTIONS; i++) {
            sessions.add(new SoakSession(server.imaps(), i % 2 == 0 ? anna : bert));
        }
        acts = new WorldActs(this);
        reads = new WorldReads(this);
        SoakSession owner = sessions.get(0);
        SoakSession other = sessions.get(1);
        begin(owner);
        begin(other);
        acts.create(owner, SHARED);
        acts.create(owner, "Work");
        acts.create(other, "Work");
        owner.ok("SETACL " + SHARED + " " + bert + " lrswitekx");
        shared = other.run("STATUS " + nameFor(bert, mailboxes.get(anna).get(SHARED)) + " (MESSAGES)")
                .ok();
    }

    private void begin(SoakSession session) throws Exception {
        session.ok("SELECT INBOX"); // a user's first visit makes the mailboxes that everybody has
        session.ok("UNSELECT");
        session.forget();
        for (String name : WorldReads.names(session.ok("LIST \"\" \"*\""))) {
            long validity = session.ok("STATUS " + name + " (UIDVALIDITY)").untagged().stream()
                    .map(line -> line.replaceAll("(?s).*UIDVALIDITY (\\d+).*", "$1"))
                    .mapToLong(Long::parseLong)
                    .findFirst()
                    .orElseThrow();
            mailboxes.get(session.user).put(name, new ModelMailbox(session.user, name, validity));
        }
        subscribed.get(session.user).addAll(WorldReads.names(session.ok("LSUB \"\" \"*\"")));
    }

    WorldActs acts() {
        return acts;
    }

    /** Does one thing. */
    void step() throws Exception {
        Act act = choose();
        SoakSession session = sessions.get(random.nextInt(sessions.size()));
        try {
            switch (act) {
                case APPEND -> acts.append(session);
                case STORE -> acts.store(session);
                case STORE_UNCHANGED -> acts.storeUnchangedSince(session);
                case COPY -> acts.copy(session);
                case MOVE -> acts.move(session);
                case EXPUNGE -> acts.expunge(session);
                case CREATE -> acts.createAny(session);
                case DELETE -> acts.delete(session);
                case RENAME -> acts.rename(session);
                case SUBSCRIBE -> acts.subscribe(session);
                case LIST -> reads.list(session);
                case STATUS -> reads.status(session);
                case SEARCH -> reads.search(session);
                case FETCH_BODY -> reads.fetchBody(session);
                case FETCH_ALL -> reads.compareAll(session);
                case SELECT -> reads.select(session);
                case RESYNC -> reads.resync(session);
                case NOOP -> reads.compareView(session);
                case IDLE -> acts.idle(session, sessions.get(random.nextInt(sessions.size())));
                case PIPELINE -> acts.pipeline(session);
                case BREAK_OFF -> acts.breakOff(session);
                case LOSE_ANSWER -> acts.loseAnswer(session);
            }
        } catch (java.io.IOException | RuntimeException e) {
            StringBuilder told = new StringBuilder("world " + number + " of seed " + seed + ", step "
                    + done.values().stream().mapToLong(Long::longValue).sum() + ", " + act + " by " + session.user
                    + ": "
                    + e.getMessage());
            for (SoakSession one : sessions) {
                told.append("\n  ").append(one == session ? "* " : "").append(one.history());
            }
            Difference difference = new Difference(told.toString());
            difference.initCause(e);
            throw difference;
        }
        done.merge(act, 1L, Long::sum);
    }

    private Act choose() {
        int all = 0;
        for (Act act : Act.values()) {
            all += act.weight;
        }
        int left = random.nextInt(all);
        for (Act act : Act.values()) {
            left -= act.weight;
            if (left < 0) {
                return act;
            }
        }
        throw new IllegalStateException();
    }

    /** Compares everything that there is. */
    void compareAll() throws Exception {
        for (SoakSession session : List.of(sessions.get(0), sessions.get(1))) {
            reads.list(session);
            for (ModelMailbox mailbox : List.copyOf(mailboxes.get(session.user).values())) {
                reads.status(session, mailbox);
                reads.select(session, mailbox, false);
                reads.compareAll(session);
            }
        }
        long there = mailboxes.values().stream()
                .flatMap(all -> all.values().stream())
                .mapToLong(one -> one.messages.size())
                .sum();
        long expected = balance.get("appended")
                + balance.get("copied")
                + balance.get("moved in")
                - balance.get("expunged")
                - balance.get("moved out")
                - balance.get("gone with a mailbox");
        Difference.unless(there == expected, "the model itself does not add up: %s, but %d are there", balance, there);
    }

    void count(String what, long messages) {
        balance.merge(what, messages, Long::sum);
    }

    /** How {@code user} calls a mailbox. */
    String nameFor(String user, ModelMailbox mailbox) {
        return mailbox.owner.equals(user) ? mailbox.name : "#user." + mailbox.owner + "." + mailbox.name;
    }

    /** What {@code user} may use: all own mailboxes and the shared one. */
    List<ModelMailbox> reachable(String user) {
        List<ModelMailbox> reachable = new ArrayList<>(mailboxes.get(user).values());
        if (shared && !user.equals(anna)) {
            reachable.add(mailboxes.get(anna).get(SHARED));
        }
        return reachable;
    }

    ModelMailbox any(String user) {
        List<ModelMailbox> all = reachable(user);
        return all.get(random.nextInt(all.size()));
    }

    /** Some of the UIDs, perhaps all, perhaps one. */
    List<Long> some(List<Long> uids) {
        List<Long> chosen = new ArrayList<>();
        int odds = 1 + random.nextInt(6);
        for (long uid : uids) {
            if (random.nextInt(6) < odds) {
                chosen.add(uid);
            }
        }
        if (chosen.isEmpty() && !uids.isEmpty()) {
            chosen.add(uids.get(random.nextInt(uids.size())));
        }
        return chosen;
    }

    /** As IMAP writes it, with ranges. */
    static String set(List<Long> uids) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < uids.size(); i++) {
            int end = i;
            while (end + 1 < uids.size() && uids.get(end + 1) == uids.get(end) + 1) {
                end++;
            }
            text.append(text.isEmpty() ? "" : ",").append(uids.get(i));
            if (end > i) {
                text.append(':').append(uids.get(end));
            }
            i = end;
        }
        return text.toString();
    }

    @Override
    public void close() throws Exception {
        for (SoakSession session : sessions) {
            session.close();
        }
    }
}
