package org.understudy.server.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a mailbox must hold. */
final class ModelMailbox {
    final String owner;
    String name;
    final long uidValidity;
    long uidNext = 1;
    /** The largest MODSEQ that the server has told; it never falls. */
    long highestModseq;

    final NavigableMap<Long, Message> messages = new TreeMap<>();

    ModelMailbox(String owner, String name, long uidValidity) {
        this.owner = owner;
        this.name = name;
        this.uidValidity = uidValidity;
    }

    /**
     * One message.
     *
     * @param number what {@link Letters} made it from
     * @param second of its INTERNALDATE since 1970
     */
    record Content(int number, long second) {}

    /** A message with what may change. */
    static final class Message {
        final Content content;
        final Set<String> flags = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        /** As told last, 0 if never. */
        long modseq;
        /** Whether its flags have changed since {@link #modseq} was told. */
        boolean changed = true;

        Message(Content content, Set<String> flags) {
            this.content = content;
            this.flags.addAll(flags);
        }
    }

    long add(Content content, Set<String> flags) {
        long uid = uidNext++;
        messages.put(uid, new Message(content, flags));
        return uid;
    }

    Message get(long uid) {
        Message message = messages.get(uid);
        if (message == null) {
            throw new Difference("the model has no UID " + uid + " in " + this);
        }
        return message;
    }

    void remove(long uid) {
        get(uid);
        messages.remove(uid);
    }

    List<Long> uids(Predicate<Message> which) {
        List<Long> found = new ArrayList<>();
        messages.forEach((uid, message) -> {
            if (which.test(message)) {
                found.add(uid);
            }
        });
        return found;
    }

    List<Long> uids() {
        return new ArrayList<>(messages.keySet());
    }

    @Override
    public String toString() {
        return owner + "/" + name;
    }
}
