package org.understudy.server.soak;

import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.understudy.server.soak.ModelMailbox.Content;
import org.understudy.server.soak.ModelMailbox.Message;

/** What changes something, on both sides. */
final class WorldActs {
    /** For an append that nobody waits for, in nanoseconds: so long it may take beside other programs. */
    private static final long PATIENCE = 3_000_000_000L;

    static final DateTimeFormatter INTERNAL_DATE =
            DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final long FIRST_SECOND =
            Instant.parse("2026-01-01T00:00:00Z").getEpochSecond();
    static final List<String> FLAGS =
            List.of("\\Seen", "\\Flagged", "\\Answered", "\\Draft", "\\Deleted", "work", "$Forwarded", "later");

    private final World world;
    private int letters;

    WorldActs(World world) {
        this.world = world;
    }

    void append(SoakSession session) throws IOException {
        ModelMailbox mailbox = world.any(session.user);
        if (mailbox.messages.size() >= World.MOST_MESSAGES) {
            return;
        }
        Content content = nextContent();
        Set<String> flags = flags(false);
        appended(
                session,
                mailbox,
                content,
                flags,
                session.sendAppend(
                        world.nameFor(session.user, mailbox),
                        arguments(content, flags),
                        Letters.octets(content.number())));
    }

    private void appended(SoakSession session, ModelMailbox mailbox, Content content, Set<String> flags, String tag)
            throws IOException {
        Answer answer = session.await(tag);
        Difference.unless(answer.ok(), "APPEND: %s", answer.tagged());
        long uid = mailbox.add(content, flags);
        String expected = mailbox.uidValidity + " " + uid;
        Difference.unless(
                answer.code("APPENDUID").equals(expected), "APPENDUID should be %s: %s", expected, answer.tagged());
        world.count("appended", 1);
    }

    private Content nextContent() {
        return new Content(letters++, FIRST_SECOND + world.random.nextInt(300 * 86_400));
    }

    private static String arguments(Content content, Set<String> flags) {
        return "(" + String.join(" ", flags) + ") \"" + INTERNAL_DATE.format(Instant.ofEpochSecond(content.second()))
                + '"';
    }

    private Set<String> flags(boolean deleted) {
        Set<String> flags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String flag : FLAGS) {
            if (world.random.nextInt(4) == 0 && (deleted || !flag.equals("\\Deleted"))) {
                flags.add(flag);
            }
        }
        return flags;
    }

    void store(SoakSession session) throws IOException {
        if (session.selected == null || session.readOnly || session.selected.messages.isEmpty()) {
            return;
        }
        ModelMailbox mailbox = session.selected;
        List<Long> uids = world.some(mailbox.uids());
        Set<String> flags = flags(true);
        int how = world.random.nextInt(3);
        boolean silent = world.random.nextBoolean();
        String item = (how == 0 ? "+" : how == 1 ? "-" : "") + "FLAGS" + (silent ? ".SILENT" : "");
        Answer answer = session.ok("UID STORE " + World.set(uids) + " " + item + " (" + String.join(" ", flags) + ")");
        for (long uid : uids) {
            change(mailbox.get(uid), how, flags);
        }
        if (silent) {
            uids.forEach(uid -> session.told.put(uid, Set.copyOf(mailbox.get(uid).flags)));
        } else {
            Map<Long, Set<String>> told = new TreeMap<>();
            for (Answer.Fetched fetched : answer.fetches()) {
                if (fetched.items().containsKey("UID")) {
                    told.put(fetched.uid(), fetched.flags());
                }
            }
            for (long uid : uids) {
                Difference.unless(
                        equal(mailbox.get(uid).flags, told.get(uid)),
                        "STORE of UID %d told %s, the model has %s",
                        uid,
                        told.get(uid),
                        mailbox.get(uid).flags);
            }
        }
    }

    private static void change(Message message, int how, Set<String> flags) {
        Set<String> before = Set.copyOf(message.flags);
        switch (how) {
            case 0 -> message.flags.addAll(flags);
            case 1 -> message.flags.removeAll(flags);
            default -> {
                message.flags.clear();
                message.flags.addAll(flags);
            }
        }
        message.changed |= !equal(before, message.flags);
    }

    static boolean equal(Set<String> one, Set<String> other) {
        return other != null
                && one.size() == other.size()
                && one.containsAll(other)
                && lower(one).equals(lower(other));
    }

    private static Set<String> lower(Set<String> flags) {
        Set<String> lower = new TreeSet<>();
        flags.forEach(flag -> lower.add(flag.toLowerCase(Locale.ROOT)));
        return lower;
    }

    void storeUnchangedSince(SoakSession session) throws IOException {
        if (session.selected == null || session.readOnly || session.selected.messages.isEmpty()) {
            return;
        }
        ModelMailbox mailbox = session.selected;
        List<Long> uids = world.some(mailbox.uids());
        long since = 0;
        Map<Long, Long> modseqs = new TreeMap<>();
        for (Answer.Fetched fetched :
                session.ok("UID FETCH " + World.set(uids) + " (MODSEQ)").fetches()) {
            if (fetched.items().containsKey("UID") && fetched.items().containsKey("MODSEQ")) {
                modseqs.put(fetched.uid(), fetched.modseq());
            }
        }
        Difference.unless(
                modseqs.keySet().containsAll(uids), "FETCH MODSEQ of %s told only %s", uids, modseqs.keySet());
        List<Long> sorted = new ArrayList<>(modseqs.values());
        sorted.sort(null);
        since = sorted.get(world.random.nextInt(sorted.size()));
        Answer answer = session.ok(
                "UID STORE " + World.set(uids) + " (UNCHANGEDSINCE " + since + ") +FLAGS.SILENT ($Forwarded later)");
        Set<Long> refused = new TreeSet<>();
        for (long uid : uids) {
            if (modseqs.get(uid) > since) {
                refused.add(uid);
            } else {
                change(mailbox.get(uid), 0, Set.of("$Forwarded", "later"));
                session.told.put(uid, Set.copyOf(mailbox.get(uid).flags));
            }
        }
        String modified = answer.code("MODIFIED");
        Set<Long> told = modified.isEmpty() ? Set.of() : Answer.set(modified);
        Difference.unless(told.equals(refused), "UNCHANGEDSINCE %d: MODIFIED %s, should be %s", since, told, refused);
    }

    void copy(SoakSession session) throws IOException {
        copyOrMove(session, false);
    }

    void move(SoakSession session) throws IOException {
        if (!session.readOnly) {
            copyOrMove(session, true);
        }
    }

    private void copyOrMove(SoakSession session, boolean move) throws IOException {
        ModelMailbox from = session.selected;
        ModelMailbox to = world.any(session.user);
        if (from == null || from.messages.isEmpty() || to == from || to.messages.size() >= World.MOST_MESSAGES) {
            return;
        }
        List<Long> uids = world.some(from.uids());
        Answer answer = session.ok(
                "UID " + (move ? "MOVE " : "COPY ") + World.set(uids) + " " + world.nameFor(session.user, to));
        List<Long> targets = new ArrayList<>();
        for (long uid : uids) {
            targets.add(to.add(from.get(uid).content, Set.copyOf(from.get(uid).flags)));
        }
        String[] code = answer.code("COPYUID").split(" ");
        Difference.unless(
                code.length == 3
                        && code[0].equals(Long.toString(to.uidValidity))
                        && Answer.list(code[1]).equals(uids)
                        && Answer.list(code[2]).equals(targets),
                "COPYUID should be %d %s %s: %s",
                to.uidValidity,
                World.set(uids),
                World.set(targets),
                String.join(" ", code));
        if (move) {
            uids.forEach(from::remove);
            Difference.unless(
                    session.gone.containsAll(uids) || session.gone.contains(-1L),
                    "MOVE told as gone only %s of %s",
                    session.gone,
                    uids);
        }
        world.count(move ? "moved in" : "copied", uids.size());
        world.count("moved out", move ? uids.size() : 0);
    }

    void expunge(SoakSession session) throws IOException {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null || session.readOnly) {
            return;
        }
        if (mailbox.messages.size() > World.MOST_MESSAGES * 4 / 5) {
            List<Long> half = mailbox.uids().subList(0, mailbox.messages.size() / 2);
            session.ok("UID STORE " + World.set(half) + " +FLAGS.SILENT (\\Deleted)");
            half.forEach(uid -> {
                change(mailbox.get(uid), 0, Set.of("\\Deleted"));
                session.told.put(uid, Set.copyOf(mailbox.get(uid).flags));
            });
        }
        List<Long> uids = mailbox.uids(message -> message.flags.contains("\\Deleted"));
        // Others may have put more of them there since this session was last told anything; those vanish unheard of.
        Set<Long> known = Set.copyOf(session.view);
        boolean byUid = world.random.nextBoolean() && !mailbox.messages.isEmpty();
        if (byUid) {
            List<Long> named = world.some(mailbox.uids());
            uids.retainAll(named);
            session.ok("UID EXPUNGE " + World.set(named));
        } else {
            session.ok("EXPUNGE");
        }
        uids.forEach(mailbox::remove);
        world.count("expunged", uids.size());
        uids.retainAll(known);
        Difference.unless(
                session.gone.containsAll(uids) || session.gone.contains(-1L),
                "EXPUNGE told as gone only %s of %s",
                session.gone,
                uids);
    }

    void createAny(SoakSession session) throws IOException {
        if (world.mailboxes.get(session.user).size() < World.MOST_MAILBOXES) {
            create(session, "Box" + world.random.nextInt(8));
        }
    }

    void create(SoakSession session, String name) throws IOException {
        boolean there = world.mailboxes.get(session.user).containsKey(name);
        Answer answer = session.run("CREATE " + name);
        Difference.unless(
                answer.ok() != there, "CREATE of a mailbox that is%s there: %s", there ? "" : " not", answer.tagged());
        if (!there) {
            String status = session.ok("STATUS " + name + " (UIDVALIDITY UIDNEXT)")
                    .untagged()
                    .toString();
            long validity = Long.parseLong(status.replaceAll("(?s).*UIDVALIDITY (\\d+).*", "$1"));
            world.mailboxes.get(session.user).put(name, new ModelMailbox(session.user, name, validity));
        }
    }

    void delete(SoakSession session) throws IOException {
        List<ModelMailbox> may = free(session.user);
        if (may.isEmpty()) {
            return;
        }
        ModelMailbox mailbox = may.get(world.random.nextInt(may.size()));
        session.ok("DELETE " + mailbox.name);
        world.mailboxes.get(session.user).remove(mailbox.name);
        if (world.subscribed.get(session.user).remove(mailbox.name)) {
            session.run("UNSUBSCRIBE " + mailbox.name); // servers differ in whether a subscription outlives its mailbox
        }
        world.count("gone with a mailbox", mailbox.messages.size());
    }

    /** Mailboxes that nobody has selected and that are no fixture. */
    private List<ModelMailbox> free(String user) {
        return world.mailboxes.get(user).values().stream()
                .filter(one -> one.name.startsWith("Box")
                        && world.sessions.stream().noneMatch(session -> session.selected == one))
                .toList();
    }

    void rename(SoakSession session) throws IOException {
        List<ModelMailbox> may = free(session.user);
        if (may.isEmpty()) {
            return;
        }
        ModelMailbox mailbox = may.get(world.random.nextInt(may.size()));
        String name = "Box" + world.random.nextInt(12);
        boolean there = world.mailboxes.get(session.user).containsKey(name);
        Answer answer = session.run("RENAME " + mailbox.name + " " + name);
        Difference.unless(
                answer.ok() != there, "RENAME to %s, which is%s there: %s", name, there ? "" : " not", answer.tagged());
        if (!there) {
            Set<String> names = world.subscribed.get(session.user);
            if (names.contains(mailbox.name)) {
                session.ok("UNSUBSCRIBE " + mailbox.name); // servers differ in whether a subscription follows
                names.remove(mailbox.name);
                session.run("UNSUBSCRIBE " + name);
            }
            world.mailboxes.get(session.user).remove(mailbox.name);
            mailbox.name = name;
            world.mailboxes.get(session.user).put(name, mailbox);
        }
    }

    void subscribe(SoakSession session) throws IOException {
        List<ModelMailbox> own =
                new ArrayList<>(world.mailboxes.get(session.user).values());
        String name = own.get(world.random.nextInt(own.size())).name;
        Set<String> names = world.subscribed.get(session.user);
        if (names.contains(name)) {
            session.ok("UNSUBSCRIBE " + name);
            names.remove(name);
        } else {
            session.ok("SUBSCRIBE " + name);
            names.add(name);
        }
    }

    /** One waits, another appends; the waiting one must be told without asking. */
    void idle(SoakSession waiting, SoakSession other) throws IOException {
        ModelMailbox mailbox = waiting.selected;
        if (mailbox == null
                || other == waiting
                || mailbox.messages.size() >= World.MOST_MESSAGES
                || !world.reachable(other.user).contains(mailbox)) {
            return;
        }
        waiting.ok("NOOP");
        int before = waiting.view.size();
        String tag = waiting.send("IDLE");
        String line;
        do {
            line = waiting.line();
        } while (!line.startsWith("+"));
        Content content = nextContent();
        appended(
                other,
                mailbox,
                content,
                Set.of(),
                other.sendAppend(
                        world.nameFor(other.user, mailbox),
                        arguments(content, Set.of()),
                        Letters.octets(content.number())));
        while (waiting.view.size() <= before) {
            waiting.line(); // the socket's timeout ends this if nothing comes
        }
        waiting.raw("DONE\r\n");
        Difference.unless(waiting.await(tag).ok(), "IDLE did not end with OK");
    }

    /** Many commands at once; their answers in order. */
    void pipeline(SoakSession session) throws IOException {
        ModelMailbox mailbox = world.any(session.user);
        int count = Math.min(2 + world.random.nextInt(12), World.MOST_MESSAGES - mailbox.messages.size());
        List<Content> contents = new ArrayList<>();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Content content = nextContent();
            contents.add(content);
            tags.add(session.sendAppend(
                    world.nameFor(session.user, mailbox),
                    arguments(content, Set.of("work")),
                    Letters.octets(content.number())));
            if (world.random.nextInt(3) == 0) {
                tags.add(session.send("NOOP"));
                contents.add(null);
            }
        }
        for (int i = 0; i < tags.size(); i++) {
            if (contents.get(i) == null) {
                Difference.unless(session.await(tags.get(i)).ok(), "NOOP in a pipeline");
            } else {
                appended(session, mailbox, contents.get(i), Set.of("work"), tags.get(i));
            }
        }
    }

    /** A connection that ends in the middle of a command leaves nothing behind. */
    void breakOff(SoakSession session) throws Exception {
        String mailbox = world.nameFor(session.user, world.any(session.user));
        switch (world.random.nextInt(4)) {
            case 0 -> session.raw("x APPEND " + mailbox + " {5000+}\r\nSubject: never\r\n\r\nhalf");
            case 1 -> session.raw("x APPEND " + mailbox + " {5000");
            case 2 -> session.raw("x UID STORE 1:* FLAGS (\\Dele");
            default -> session.raw("x RENAME INBOX ");
        }
        session.reconnect();
    }

    /** A whole command whose answer nobody reads: it was done, or it was not. */
    void loseAnswer(SoakSession session) throws Exception {
        ModelMailbox mailbox = world.any(session.user);
        if (mailbox.messages.size() >= World.MOST_MESSAGES) {
            return;
        }
        Content content = nextContent();
        session.sendAppend(
                world.nameFor(session.user, mailbox), arguments(content, Set.of()), Letters.octets(content.number()));
        session.reconnect();
        long end = System.nanoTime() + PATIENCE;
        long next;
        do { // it may still be under way; whoever waits long enough knows
            String status = session.ok("STATUS " + world.nameFor(session.user, mailbox) + " (UIDNEXT)")
                    .untagged()
                    .toString();
            next = Long.parseLong(status.replaceAll("(?s).*UIDNEXT (\\d+).*", "$1"));
            LockSupport.parkNanos(2_000_000);
        } while (next == mailbox.uidNext && System.nanoTime() < end);
        if (next == mailbox.uidNext + 1) {
            mailbox.add(content, Set.of());
            world.count("appended", 1);
        } else {
            Difference.unless(
                    next == mailbox.uidNext,
                    "UIDNEXT %d after one append that nobody waited for, it was %d",
                    next,
                    mailbox.uidNext);
        }
    }
}
