package org.understudy.restore.canary;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.understudy.restore.canary.CanaryRegister.Canary;
import org.understudy.restore.canary.CanaryRegister.Message;
import org.understudy.restore.operation.Workplace;
import org.understudy.storage.Appended;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;

/** Makes, verifies and tops up the canary mailboxes of a data folder; changes of one data folder take place one after the other. */
public final class Canaries {
    /** The name of every canary mailbox. */
    public static final String MAILBOX = "Canary";

    /** Who makes and deletes canaries, as the expunge log has it. */
    public static final Author AUTHOR = new Author.Housekeeping("canary");

    private static final long LAST_UID = 0xFFFF_FFFFL;
    private static final int FIRST_MONTHS = 12;
    private static final Duration TOP_UP = Duration.ofDays(1);

    private final MailStore live;
    private final Workplace workplace;
    private final RandomGenerator random;

    private Canaries(Workplace workplace, RandomGenerator random) {
        this.workplace = workplace;
        this.random = random;
        live = workplace.live();
    }

    public static Canaries of(Workplace workplace) {
        return new Canaries(workplace, new SecureRandom());
    }

    /**
     * Makes a canary mailbox with a message for each of the last twelve months, so that a hole of any month shows.
     *
     * @throws OperatorException {@link Reason#NOT_FOUND} if there is no such user, {@link Reason#CONFLICT} if the user
     *     has a mailbox of that name
     */
    public CanaryState add(String user, Instant now) {
        synchronized (live) {
            return addLocked(user, now);
        }
    }

    private CanaryState addLocked(String user, Instant now) {
        if (live.accounts().find(user).isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no user " + user,
                    "Make one for it with 'understudy user add " + user + "', or name another.");
        }
        CanaryRegister register = CanaryRegister.read(workplace.dataFolder());
        if (register.canaries().stream().anyMatch(one -> one.user().equals(user))) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "user " + user + " has a canary mailbox already",
                    "Look at it with 'understudy canary check'.");
        }
        MailboxRow row = live.mailboxes().create(MailboxPath.of(user, MAILBOX), AUTHOR);
        List<Message> messages = new ArrayList<>();
        for (int month = FIRST_MONTHS - 1; month >= 0; month--) {
            Instant date = now.atZone(ZoneOffset.UTC).minusMonths(month).toInstant();
            messages.add(append(user, row.id(), date));
        }
        List<Canary> all = new ArrayList<>(register.canaries());
        Canary canary = new Canary(user, MAILBOX, row.id().value(), messages);
        all.add(canary);
        new CanaryRegister(all).write(workplace.dataFolder());
        return new Look(canary).state(now);
    }

    private Message append(String user, MailboxId mailbox, Instant at) {
        Instant date = at.truncatedTo(ChronoUnit.MILLIS);
        NewMessage message = CanaryMail.message(user, date, random);
        Appended appended =
                live.messages().append(mailbox, List.of(message), AUTHOR).getFirst();
        return new Message(appended.uid(), message.digest().toString(), message.size(), date);
    }

    /** Forgets a canary and deletes its mailbox, if that is still there. */
    public CanaryState remove(String user, Instant now) {
        synchronized (live) {
            return removeLocked(user, now);
        }
    }

    private CanaryState removeLocked(String user, Instant now) {
        CanaryRegister register = CanaryRegister.read(workplace.dataFolder());
        Canary canary = register.canaries().stream()
                .filter(one -> one.user().equals(user))
                .findFirst()
                .orElseThrow(() -> new OperatorException(
                        Reason.NOT_FOUND,
                        "user " + user + " has no canary mailbox",
                        "'understudy canary check' lists those that there are."));
        Look look = new Look(canary);
        CanaryState state = look.state(now);
        if (look.row.isPresent()) {
            live.mailboxes().delete(look.row.get().id(), AUTHOR);
        }
        new CanaryRegister(register.canaries().stream()
                        .filter(one -> !one.user().equals(user))
                        .toList())
                .write(workplace.dataFolder());
        return state;
    }

    /**
     * What was put into canary mailboxes, for comparing other copies with it. Writes nothing.
     *
     * @throws org.understudy.storage.CorruptionException if it cannot be told what was expunged since
     */
    public List<KnownCanary> known() {
        return CanaryRegister.read(workplace.dataFolder()).canaries().stream()
                .map(canary -> {
                    Set<Long> expunged = new java.util.HashSet<>();
                    live.messages()
                            .scanExpunged(
                                    new MailboxId(canary.mailboxId()),
                                    one -> expunged.add(one.facts().uid()));
                    return new KnownCanary(
                            canary.user(),
                            canary.mailbox(),
                            live.mailboxes()
                                    .find(new MailboxId(canary.mailboxId()))
                                    .map(MailboxRow::createdAt)
                                    .orElse(Instant.EPOCH),
                            canary.messages().stream()
                                    .map(message -> new KnownCanary.Message(
                                            Digest.parse(message.sha256()),
                                            message.size(),
                                            message.internalDate(),
                                            expunged.contains(message.uid())))
                                    .toList());
                })
                .toList();
    }

    /** Reads every canary message and compares it. Writes nothing. */
    public List<CanaryState> verify(Instant now) {
        return CanaryRegister.read(workplace.dataFolder()).canaries().stream()
                .map(canary -> new Look(canary).state(now))
                .toList();
    }

    /**
     * Verifies, then adds a message to each canary that had none for a day, and no longer expects those that were
     * expunged. What is faulty stays expected.
     */
    public List<CanaryState> verifyAndTopUp(Instant now) {
        synchronized (live) {
            return verifyAndTopUpLocked(now);
        }
    }

    private List<CanaryState> verifyAndTopUpLocked(Instant now) {
        CanaryRegister register = CanaryRegister.read(workplace.dataFolder());
        List<CanaryState> states = new ArrayList<>();
        List<Canary> after = new ArrayList<>();
        for (Canary canary : register.canaries()) {
            Look look = new Look(canary);
            states.add(look.state(now));
            after.add(look.toppedUp(now));
        }
        if (!after.equals(register.canaries())) {
            new CanaryRegister(after).write(workplace.dataFolder());
        }
        return List.copyOf(states);
    }

    /** One canary mailbox as it is now. */
    private final class Look {
        private final Canary canary;
        private final Optional<MailboxRow> row;
        private final Map<Long, ExpungeReason> expunged = new HashMap<>();
        private final Map<String, Long> elsewhere = new HashMap<>();
        private final Map<Long, Message> kept = new TreeMap<>();
        private final List<String> faults = new ArrayList<>();
        private long gone;

        Look(Canary canary) {
            this.canary = canary;
            row = find();
            readExpungeLog();
            row.ifPresent(mailbox -> lookForOthers(mailbox.id()));
            for (Message message : canary.messages()) {
                verify(message);
            }
        }

        private Optional<MailboxRow> find() {
            try {
                Optional<MailboxRow> same =
                        live.mailboxes().find(new MailboxId(canary.mailboxId())).filter(MailboxRow::live);
                return same.isPresent() ? same : live.mailboxes().find(MailboxPath.of(canary.user(), canary.mailbox()));
            } catch (CorruptionException e) {
                faults.add("the mailbox cannot be found: " + e.getMessage());
                return Optional.empty();
            }
        }

        /** What lies there by digest; what cannot be read is found out message by message. */
        private void lookForOthers(MailboxId mailbox) {
            try {
                live.messages()
                        .scan(
                                mailbox,
                                1,
                                LAST_UID,
                                facts -> elsewhere.put(facts.digest().toString(), facts.uid()));
            } catch (CorruptionException e) {
                elsewhere.clear();
            }
        }

        private void readExpungeLog() {
            try {
                live.messages()
                        .scanExpunged(
                                new MailboxId(canary.mailboxId()),
                                one -> expunged.put(one.facts().uid(), one.reason()));
            } catch (CorruptionException e) {
                faults.add("the expunge log of the mailbox cannot be read: " + e.getMessage());
            }
        }

        private void verify(Message message) {
            boolean same = row.isPresent() && row.get().id().value() == canary.mailboxId();
            long uid = same ? message.uid() : 0;
            try {
                Optional<MessageFacts> facts = uid == 0
                        ? Optional.empty()
                        : live.messages().facts(row.orElseThrow().id(), uid);
                if (facts.isEmpty() && elsewhere.containsKey(message.sha256())) {
                    uid = elsewhere.get(message.sha256());
                    facts = live.messages().facts(row.orElseThrow().id(), uid);
                }
                if (facts.isPresent()) {
                    compare(message, uid, facts.get());
                    return;
                }
            } catch (CorruptionException e) {
                fault(message, "cannot be read: " + e.getMessage());
                return;
            }
            if (expunged.containsKey(message.uid())) {
                gone++;
            } else {
                fault(message, row.isPresent() ? "is missing" : "is missing with its mailbox");
            }
        }

        private void compare(Message message, long uid, MessageFacts facts) {
            String found = Digest.of(Digest.sha256().digest(live.bodies().read(facts.body())))
                    .toString();
            if (!found.equals(message.sha256())) {
                fault(message, "differs: expected SHA-256 " + message.sha256() + ", found " + found);
            } else if (facts.size() != message.size() || !facts.internalDate().equals(message.internalDate())) {
                fault(
                        message,
                        "has another size or date: expected " + message.size() + " octets of " + message.internalDate()
                                + ", found " + facts.size() + " of " + facts.internalDate());
            } else {
                kept.put(uid, new Message(uid, message.sha256(), message.size(), message.internalDate()));
            }
        }

        private void fault(Message message, String what) {
            faults.add("UID " + message.uid() + " of "
                    + message.internalDate().atZone(ZoneOffset.UTC).toLocalDate() + " " + what);
        }

        CanaryState state(Instant now) {
            return new CanaryState(
                    canary.user(), canary.mailbox(), now, canary.messages().size(), kept.size(), gone, faults);
        }

        /** The canary as it is expected from now on. */
        Canary toppedUp(Instant now) {
            Set<Long> loggedGone = expunged.keySet();
            List<Message> messages = new ArrayList<>();
            for (Message message : canary.messages()) {
                boolean sound =
                        kept.values().stream().anyMatch(one -> one.sha256().equals(message.sha256()));
                if (sound || !loggedGone.contains(message.uid())) {
                    messages.add(message);
                }
            }
            boolean due = canary.messages().stream()
                    .noneMatch(one -> one.internalDate().isAfter(now.minus(TOP_UP)));
            boolean same = row.isPresent() && row.get().id().value() == canary.mailboxId();
            if (due && same) {
                messages.add(append(canary.user(), row.get().id(), now));
            }
            return new Canary(canary.user(), canary.mailbox(), canary.mailboxId(), messages);
        }
    }
}
