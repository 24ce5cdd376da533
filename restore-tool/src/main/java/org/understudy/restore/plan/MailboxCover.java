package org.understudy.restore.plan;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Digest;

/**
 * Which messages of a live mailbox stand for which of the shadow. Each live message stands for one at most, so that a
 * mailbox that held a message twice gets it back twice.
 */
public final class MailboxCover {
    private record Identity(String messageId, long arrivalSecond, long size) {}

    private final Map<Digest, Deque<LiveView.Message>> byDigest = new HashMap<>();
    private final Map<Identity, Deque<LiveView.Message>> byIdentity = new HashMap<>();
    private final Map<String, List<LiveView.Message>> byMessageId = new HashMap<>();
    private final Set<Long> taken = new HashSet<>();

    public MailboxCover(List<LiveView.Message> messages) {
        for (LiveView.Message message : messages) {
            byDigest.computeIfAbsent(message.digest(), key -> new ArrayDeque<>())
                    .add(message);
            if (!message.rfc822MessageId().isEmpty()) {
                byMessageId
                        .computeIfAbsent(message.rfc822MessageId(), key -> new ArrayList<>())
                        .add(message);
                byIdentity
                        .computeIfAbsent(
                                identity(message.rfc822MessageId(), message.internalDate(), message.size()),
                                key -> new ArrayDeque<>())
                        .add(message);
            }
        }
    }

    /** Takes a live message of the same digest and arrival. */
    public Optional<LiveView.Message> takeSame(Digest digest, Instant internalDate) {
        return take(byDigest.get(digest), Optional.of(internalDate));
    }

    /** Takes a live message of the same digest. */
    public Optional<LiveView.Message> takeEqual(Digest digest) {
        return take(byDigest.get(digest), Optional.empty());
    }

    /** Takes a live message of the same Message-ID, arrival to the second, and size. */
    Optional<LiveView.Message> takeIdentity(String messageId, Instant internalDate, long size) {
        return messageId.isEmpty()
                ? Optional.empty()
                : take(byIdentity.get(identity(messageId, internalDate, size)), Optional.empty());
    }

    private Optional<LiveView.Message> take(@Nullable Deque<LiveView.Message> refs, Optional<Instant> arrival) {
        if (refs == null) {
            return Optional.empty();
        }
        for (LiveView.Message message : refs) {
            boolean fits = arrival.isEmpty()
                    || arrival.get().getEpochSecond() == message.internalDate().getEpochSecond();
            if (fits && taken.add(message.uid())) {
                return Optional.of(message);
            }
        }
        return Optional.empty();
    }

    /** The only live message that has this Message-ID, if it stands for no other message yet. */
    Optional<LiveView.Message> onlyOne(String messageId) {
        List<LiveView.Message> all = byMessageId.getOrDefault(messageId, List.of());
        return all.size() == 1 && !taken.contains(all.getFirst().uid())
                ? Optional.of(all.getFirst())
                : Optional.empty();
    }

    /** Takes a live message that {@link #onlyOne} gave. */
    void take(LiveView.Message message) {
        taken.add(message.uid());
    }

    private static Identity identity(String messageId, Instant internalDate, long size) {
        return new Identity(messageId, internalDate.getEpochSecond(), size);
    }
}
