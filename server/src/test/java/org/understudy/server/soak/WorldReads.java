package org.understudy.server.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.understudy.server.soak.ModelMailbox.Message;

/** What only looks, and compares what it sees. */
final class WorldReads {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d-MMM-yyyy", Locale.ROOT);

    private static final DateTimeFormatter TOLD_DATE =
            DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ROOT);

    private final World world;

    WorldReads(World world) {
        this.world = world;
    }

    void select(SoakSession session) throws IOException {
        select(session, world.any(session.user), world.random.nextInt(5) == 0);
    }

    void select(SoakSession session, ModelMailbox mailbox, boolean examine) throws IOException {
        session.forget();
        Answer answer = session.ok((examine ? "EXAMINE " : "SELECT ")
                + world.nameFor(session.user, mailbox)
                + (world.random.nextBoolean() ? " (CONDSTORE)" : ""));
        selected(session, mailbox, examine, answer);
    }

    private void selected(SoakSession session, ModelMailbox mailbox, boolean examine, Answer answer)
            throws IOException {
        session.selected = mailbox;
        session.readOnly = examine;
        Difference.unless(
                session.view.size() == mailbox.messages.size(),
                "SELECT says %d EXISTS, the model has %d",
                session.view.size(),
                mailbox.messages.size());
        Difference.unless(
                answer.number("UIDVALIDITY") == mailbox.uidValidity,
                "UIDVALIDITY of %s was %d: %s",
                mailbox,
                mailbox.uidValidity,
                answer.untagged());
        Difference.unless(
                answer.number("UIDNEXT") == mailbox.uidNext,
                "UIDNEXT should be %d: %s",
                mailbox.uidNext,
                answer.untagged());
        highest(mailbox, answer.number("HIGHESTMODSEQ"));
        compareAll(session);
    }

    private static void highest(ModelMailbox mailbox, long modseq) {
        Difference.unless(
                modseq >= mailbox.highestModseq,
                "HIGHESTMODSEQ of %s fell from %d to %d",
                mailbox,
                mailbox.highestModseq,
                modseq);
        mailbox.highestModseq = modseq;
    }

    /** Every message with all that IMAP tells of it but its text. */
    void compareAll(SoakSession session) throws IOException {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null) {
            return;
        }
        compareSize(session);
        session.gone.clear();
        if (mailbox.messages.isEmpty()) {
            return;
        }
        List<Long> uids = new ArrayList<>();
        for (Answer.Fetched fetched : session.ok("UID FETCH 1:* (FLAGS RFC822.SIZE INTERNALDATE MODSEQ)")
                .fetches()) {
            if (!fetched.items().containsKey("RFC822.SIZE")) {
                continue; // told unasked, of somebody else's change
            }
            uids.add(fetched.uid());
            Difference.unless(
                    fetched.sequence() == uids.size(),
                    "UID %d has number %d, should be %d",
                    fetched.uid(),
                    fetched.sequence(),
                    uids.size());
            Message message = mailbox.get(fetched.uid());
            Difference.unless(
                    WorldActs.equal(message.flags, fetched.flags()),
                    "UID %d of %s has %s, should be %s",
                    fetched.uid(),
                    mailbox,
                    fetched.flags(),
                    message.flags);
            Difference.unless(
                    fetched.number("RFC822.SIZE") == Letters.octets(message.content.number()).length,
                    "size of UID %d",
                    fetched.uid());
            String date = fetched.items().get("INTERNALDATE").replace("\"", "").strip();
            Instant instant = Instant.from(TOLD_DATE.parse(date));
            Difference.unless(
                    instant.getEpochSecond() == message.content.second(),
                    "INTERNALDATE of UID %d is %s",
                    fetched.uid(),
                    date);
            long modseq = fetched.modseq();
            Difference.unless(
                    modseq > 0 && modseq >= message.modseq,
                    "MODSEQ of UID %d fell from %d to %d",
                    fetched.uid(),
                    message.modseq,
                    modseq);
            Difference.unless(
                    !message.changed || message.modseq == 0 || modseq > message.modseq,
                    "UID %d has changed, its MODSEQ has not: %d",
                    fetched.uid(),
                    modseq);
            message.modseq = modseq;
            message.changed = false;
        }
        Difference.unless(
                uids.equals(mailbox.uids()), "UIDs of %s are %s, should be %s", mailbox, uids, mailbox.uids());
        Difference.unless(session.view.equals(uids), "the session counts %s, FETCH says %s", session.view, uids);
    }

    private void compareSize(SoakSession session) throws IOException {
        session.ok("NOOP");
        Difference.unless(
                session.view.size() == session.selected.messages.size(),
                "after NOOP the session counts %d messages in %s, the model %d",
                session.view.size(),
                session.selected,
                session.selected.messages.size());
    }

    /** What a mail program believes from what it was told unasked. */
    void compareView(SoakSession session) throws IOException {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null) {
            return;
        }
        compareSize(session);
        for (long uid : session.gone) {
            Difference.unless(
                    uid < 0 || !mailbox.messages.containsKey(uid), "UID %d was said to be gone, but is there", uid);
        }
        session.gone.clear();
        List<Long> uids = mailbox.uids();
        for (int i = 0; i < uids.size(); i++) {
            long seen = session.view.get(i);
            Difference.unless(
                    seen < 0 || seen == uids.get(i),
                    "number %d is UID %d for the session, should be %d",
                    i + 1,
                    seen,
                    uids.get(i));
            Set<String> told = session.told.get(uids.get(i));
            Difference.unless(
                    seen < 0 || told == null || WorldActs.equal(mailbox.get(seen).flags, told),
                    "the session was told %s of UID %d, which has %s",
                    told,
                    uids.get(i),
                    mailbox.get(uids.get(i)).flags);
        }
    }

    void fetchBody(SoakSession session) throws IOException {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null || mailbox.messages.isEmpty()) {
            return;
        }
        List<Long> uids = mailbox.uids();
        long uid = uids.get(world.random.nextInt(uids.size()));
        Message message = mailbox.get(uid);
        String text = new String(Letters.octets(message.content.number()), StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n") + 4;
        int offset = world.random.nextInt(text.length());
        int length = 1 + world.random.nextInt(2_000);
        String part = text.substring(offset, Math.min(text.length(), offset + length));
        switch (world.random.nextInt(5)) {
            case 0 -> section(session, uid, "BODY.PEEK[]", "BODY[]", text);
            case 1 ->
                section(session, uid, "BODY.PEEK[]<" + offset + "." + length + ">", "BODY[]<" + offset + ">", part);
            case 2 -> section(session, uid, "BODY.PEEK[HEADER]", "BODY[HEADER]", text.substring(0, body));
            case 3 ->
                section(
                        session,
                        uid,
                        "BODY.PEEK[HEADER.FIELDS (SUBJECT)]",
                        "BODY[HEADER.FIELDS (SUBJECT)]",
                        "Subject: " + Letters.subject(message.content.number()) + "\r\n\r\n");
            default -> {
                section(session, uid, "BODY[TEXT]", "BODY[TEXT]", text.substring(body));
                if (!session.readOnly && message.flags.add("\\Seen")) {
                    message.changed = true;
                    session.told.put(uid, Set.copyOf(message.flags));
                }
            }
        }
    }

    private static void section(SoakSession session, long uid, String asked, String item, String expected)
            throws IOException {
        String found = null;
        for (Answer.Fetched fetched :
                session.ok("UID FETCH " + uid + " (" + asked + ")").fetches()) {
            if (fetched.items().containsKey(item)) {
                Difference.unless(fetched.uid() == uid, "asked for UID %d, got %d", uid, fetched.uid());
                found = fetched.items().get(item);
            }
        }
        if (found != null && found.startsWith("\"")) {
            found = found.substring(1, found.length() - 1).replaceAll("\\\\(.)", "$1");
        }
        Difference.unless(
                expected.equals(found),
                "%s of UID %d has %d characters, should have %d",
                asked,
                uid,
                found == null ? -1 : found.length(),
                expected.length());
    }

    void search(SoakSession session) throws IOException {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null) {
            return;
        }
        session.ok("NOOP");
        String flag = WorldActs.FLAGS.get(world.random.nextInt(WorldActs.FLAGS.size()));
        String key = flag.startsWith("\\") ? flag.substring(1).toUpperCase(Locale.ROOT) : "KEYWORD " + flag;
        String not = flag.startsWith("\\") ? "UN" + key : "UN" + key;
        String word = Letters.WORDS[world.random.nextInt(Letters.WORDS.length)];
        int size = world.random.nextInt(3_000);
        LocalDate day = LocalDate.of(2026, 1, 1).plusDays(world.random.nextInt(300));
        long second = day.atStartOfDay().toEpochSecond(ZoneOffset.UTC);
        Map<String, Predicate<Message>> keys = new TreeMap<>();
        keys.put("ALL", message -> true);
        keys.put(key, message -> message.flags.contains(flag));
        keys.put(not, message -> !message.flags.contains(flag));
        keys.put(
                "SUBJECT " + word,
                message -> Letters.subject(message.content.number()).contains(word));
        keys.put(
                "BODY body" + word,
                message -> Letters.word(message.content.number()).equals("body" + word));
        keys.put("LARGER " + size, message -> Letters.octets(message.content.number()).length > size);
        keys.put("SMALLER " + size, message -> Letters.octets(message.content.number()).length < size);
        keys.put("SINCE " + DAY.format(day), message -> message.content.second() >= second);
        keys.put("BEFORE " + DAY.format(day), message -> message.content.second() < second);
        keys.put("FROM writer7@", message -> message.content.number() % 17 == 7);
        List<String> names = new ArrayList<>(keys.keySet());
        String one = names.get(world.random.nextInt(names.size()));
        String other = names.get(world.random.nextInt(names.size()));
        String asked;
        Predicate<Message> expected;
        switch (world.random.nextInt(4)) {
            case 0 -> {
                asked = one;
                expected = keys.get(one);
            }
            case 1 -> {
                asked = one + " " + other;
                expected = keys.get(one).and(keys.get(other));
            }
            case 2 -> {
                asked = "OR " + one + " " + other;
                expected = keys.get(one).or(keys.get(other));
            }
            default -> {
                asked = "NOT " + one;
                expected = keys.get(one).negate();
            }
        }
        Set<Long> found = session.ok("UID SEARCH " + asked).found();
        Set<Long> should = new TreeSet<>(mailbox.uids(expected));
        Difference.unless(found.equals(should), "SEARCH %s found %s, should find %s", asked, found, should);
    }

    void status(SoakSession session) throws IOException {
        status(session, world.any(session.user));
    }

    void status(SoakSession session, ModelMailbox mailbox) throws IOException {
        String name = world.nameFor(session.user, mailbox);
        String status =
                session
                        .ok("STATUS " + name + " (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)")
                        .untagged()
                        .stream()
                        .filter(line -> line.startsWith("* STATUS"))
                        .findFirst()
                        .orElseThrow(() -> new Difference("no STATUS response for " + name));
        Difference.unless(
                number(status, "MESSAGES") == mailbox.messages.size(),
                "%s: %s, should be %d messages",
                mailbox,
                status,
                mailbox.messages.size());
        Difference.unless(
                number(status, "UIDNEXT") == mailbox.uidNext,
                "%s: %s, should be UIDNEXT %d",
                mailbox,
                status,
                mailbox.uidNext);
        Difference.unless(
                number(status, "UIDVALIDITY") == mailbox.uidValidity,
                "%s: %s, UIDVALIDITY was %d",
                mailbox,
                status,
                mailbox.uidValidity);
        int unseen = mailbox.uids(message -> !message.flags.contains("\\Seen")).size();
        Difference.unless(number(status, "UNSEEN") == unseen, "%s: %s, should be %d unseen", mailbox, status, unseen);
        highest(mailbox, number(status, "HIGHESTMODSEQ"));
    }

    private static long number(String status, String item) {
        return Long.parseLong(status.replaceAll("(?s).*[( ]" + item + " (\\d+).*", "$1"));
    }

    void list(SoakSession session) throws IOException {
        Set<String> listed = names(session.ok("LIST \"\" \"*\""));
        Set<String> own = world.mailboxes.get(session.user).keySet();
        Difference.unless(listed.equals(own), "LIST names %s, should name %s", listed, own);
        Set<String> lsub = names(session.ok("LSUB \"\" \"*\""));
        Set<String> subscribed = world.subscribed.get(session.user);
        Difference.unless(lsub.equals(subscribed), "LSUB names %s, should name %s", lsub, subscribed);
    }

    /** Without other users' mailboxes. */
    static Set<String> names(Answer answer) {
        Set<String> names = new TreeSet<>();
        for (String line : answer.untagged()) {
            if (line.startsWith("* L")) {
                String name = line.replaceAll("^.*\\) \\S+ ", "").replace("\"", "");
                if (!name.startsWith("#")) {
                    names.add(name);
                }
            }
        }
        return names;
    }

    /** A mail program that went away comes back and is told what it missed (RFC 7162). */
    void resync(SoakSession session) throws Exception {
        ModelMailbox mailbox = session.selected;
        if (mailbox == null) {
            return;
        }
        compareAll(session);
        long modseq =
                session.ok("STATUS " + world.nameFor(session.user, mailbox) + " (HIGHESTMODSEQ)").untagged().stream()
                        .mapToLong(line -> number(line, "HIGHESTMODSEQ"))
                        .findFirst()
                        .orElseThrow();
        List<Long> known = mailbox.uids();
        Map<Long, Set<String>> flags = new TreeMap<>();
        known.forEach(uid -> flags.put(uid, Set.copyOf(mailbox.get(uid).flags)));
        boolean examine = session.readOnly;
        session.reconnect();
        for (int i = world.random.nextInt(6); i > 0; i--) {
            SoakSession other = world.sessions.get(world.random.nextInt(world.sessions.size()));
            if (other != session && other.selected == mailbox && !other.readOnly) {
                meanwhile(other);
            }
        }
        session.ok("ENABLE QRESYNC");
        session.qresync = true;
        Answer answer =
                session.ok((examine ? "EXAMINE " : "SELECT ") + world.nameFor(session.user, mailbox) + " (QRESYNC ("
                        + mailbox.uidValidity + " " + modseq + (known.isEmpty() ? "" : " " + World.set(known)) + "))");
        Set<Long> left = new TreeSet<>(known);
        for (String line : answer.untagged()) {
            if (line.startsWith("* VANISHED (EARLIER) ")) {
                Set<Long> gone = Answer.set(line.substring(21));
                gone.forEach(uid -> Difference.unless(
                        !mailbox.messages.containsKey(uid), "VANISHED (EARLIER) names UID %d, which is there", uid));
                left.removeAll(gone);
            }
        }
        for (Answer.Fetched fetched : answer.fetches()) {
            left.add(fetched.uid());
            flags.put(fetched.uid(), fetched.flags());
        }
        if (!known.isEmpty()) { // of others than these it is told by EXISTS alone
            long last = known.getLast();
            for (Answer.Fetched fetched :
                    session.ok("UID FETCH " + (last + 1) + ":* (UID FLAGS)").fetches()) {
                left.add(fetched.uid());
                flags.put(fetched.uid(), fetched.flags());
            }
        }
        Difference.unless(
                answer.untagged().contains("* " + mailbox.messages.size() + " EXISTS"),
                "SELECT tells no %d EXISTS",
                mailbox.messages.size());
        Difference.unless(
                left.equals(mailbox.messages.keySet()),
                "after QRESYNC since %d the client has %s, should have %s",
                modseq,
                left,
                mailbox.messages.keySet());
        for (long uid : left) {
            Difference.unless(
                    WorldActs.equal(mailbox.get(uid).flags, flags.get(uid)),
                    "after QRESYNC UID %d has %s, should have %s",
                    uid,
                    flags.get(uid),
                    mailbox.get(uid).flags);
        }
        session.view.clear();
        session.view.addAll(left);
        selected(session, mailbox, examine, answer);
    }

    private void meanwhile(SoakSession other) throws IOException {
        switch (world.random.nextInt(3)) {
            case 0 -> world.acts().store(other);
            case 1 -> world.acts().expunge(other);
            default -> world.acts().append(other);
        }
    }
}
