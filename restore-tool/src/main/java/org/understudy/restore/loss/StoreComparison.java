package org.understudy.restore.loss;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Explained;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.Totals;
import org.understudy.restore.loss.LossReport.What;
import org.understudy.restore.operation.Workplace;
import org.understudy.storage.Accounts;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreView;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/** Goes through all users of history and of the live store. Used once. */
final class StoreComparison {
    private final Workplace workplace;
    private final MailStore live;
    private final History history;
    private final FindLoss.Request request;
    private final Instant now;
    private final Pulse pulse;
    private final Ledger ledger = new Ledger();
    private final SortedSet<String> limits = new TreeSet<>();
    private final Map<ExpungeReason, Long> reasons = new EnumMap<>(ExpungeReason.class);
    private long mailboxes;
    private long proven;
    private long known;
    private long present;
    private long elsewhere;
    private long reexpunged;
    private long beforeWindow;

    StoreComparison(Workplace workplace, History history, FindLoss.Request request, Instant now, Pulse pulse) {
        this.workplace = workplace;
        this.live = workplace.live();
        this.history = history;
        this.request = request;
        this.now = now;
        this.pulse = pulse;
    }

    LossReport run(List<CanaryState> canaries, long began) throws InterruptedException {
        Set<String> users;
        try (StoreView view = live.view();
                Copies copies = new Copies(history, workplace.clock(), pulse)) {
            SortedMap<String, List<Subject>> subjects = subjects(view);
            users = new HashSet<>(subjects.keySet());
            pulse.begin(
                    "comparing mailboxes",
                    subjects.values().stream().mapToLong(List::size).sum(),
                    "mailboxes");
            Instant edge =
                    request.expungeWindowDays() == 0 ? null : now.minus(Duration.ofDays(request.expungeWindowDays()));
            for (Map.Entry<String, List<Subject>> user : subjects.entrySet()) {
                compare(
                        user.getKey(),
                        user.getValue(),
                        new UserComparison(view, history, copies, edge, user.getValue()));
            }
            accounts(copies, subjects.keySet(), users);
            subscriptions(subjects);
            limits.addAll(copies.notes());
        }
        return report(users, canaries, began);
    }

    private void compare(String user, List<Subject> subjects, UserComparison comparison) throws InterruptedException {
        UserComparison.Outcome outcome = comparison.run();
        ledger.lost(user, outcome.lost());
        ledger.administrators(user, outcome.administrators(), comparison::copyOf);
        elsewhere += outcome.elsewhere();
        reexpunged += outcome.reexpunged();
        beforeWindow += outcome.beforeWindow();
        boolean anything = false;
        List<Gone> gone = new ArrayList<>();
        for (Subject subject : subjects) {
            mailboxes++;
            proven += subject.proven() ? 1 : 0;
            known += subject.known().size();
            present += subject.visible() ? subject.live().size() : 0;
            for (ExpungeReason reason : ExpungeReason.values()) {
                reasons.merge(reason, subject.reasons(reason), Long::sum);
            }
            boolean deleted = subject.row() != null && !subject.row().live();
            anything |= subject.row() != null;
            if (!subject.visible() && !deleted && !(history.foreign() && subject.past() != null)) {
                long messages = Math.max(subject.known().size(), subject.live().size());
                gone.add(new Gone(What.MAILBOX, user, subject.name(), messages, Confidence.CERTAIN, true));
            }
            pulse.done();
        }
        if (!anything && !history.foreign() && !subjects.isEmpty()) {
            long messages = subjects.stream().mapToLong(s -> s.known().size()).sum();
            ledger.gone(new Gone(What.USER, user, "", messages, Confidence.CERTAIN, true));
        } else {
            gone.forEach(ledger::gone);
        }
    }

    /** The mailboxes of each user, of history and live, deleted ones too. */
    private SortedMap<String, List<Subject>> subjects(StoreView view) {
        Map<MailboxId, PastMailbox> past = new HashMap<>();
        history.users().values().forEach(list -> list.forEach(one -> past.put(one.id(), one)));
        Set<MailboxId> named = named(view);
        SortedMap<String, List<Subject>> subjects = new TreeMap<>();
        Set<MailboxId> taken = new HashSet<>();
        for (MailboxRow row : rows(view, past.keySet(), named)) {
            PastMailbox then = history.foreign() ? null : past.get(row.id());
            taken.add(row.id());
            boolean visible = row.live() && (named == null || named.contains(row.id()));
            add(subjects, new Subject(view, pulse, row.id(), row, then, visible, true));
        }
        for (PastMailbox one : past.values()) {
            if (history.foreign() || !taken.contains(one.id())) {
                add(subjects, new Subject(view, pulse, one.id(), null, one, false, !history.foreign()));
            }
        }
        subjects.values().forEach(list -> list.sort(java.util.Comparator.comparing(Subject::id)));
        return subjects;
    }

    private static void add(SortedMap<String, List<Subject>> subjects, Subject subject) {
        subjects.computeIfAbsent(subject.user(), user -> new ArrayList<>()).add(subject);
    }

    private @Nullable Set<MailboxId> named(StoreView view) {
        try {
            return view.named();
        } catch (CorruptionException e) {
            limits.add("the list of mailbox names cannot be read throughout, so a mailbox whose name is lost is not"
                    + " told from one that has it: " + e.getMessage());
            return null;
        }
    }

    private List<MailboxRow> rows(StoreView view, Set<MailboxId> past, @Nullable Set<MailboxId> named) {
        try {
            return view.mailboxes();
        } catch (CorruptionException e) {
            limits.add("the list of mailboxes cannot be read throughout: " + e.getMessage());
        }
        Set<MailboxId> ids = new TreeSet<>(past);
        ids.addAll(named == null ? Set.of() : named);
        List<MailboxRow> rows = new ArrayList<>();
        for (MailboxId id : ids) {
            try {
                view.mailbox(id).ifPresent(rows::add);
            } catch (CorruptionException one) {
                pulse.note("the row of mailbox " + id + " cannot be read: it counts as gone");
            }
        }
        return rows;
    }

    /** Accounts that the newest snapshot has and the live store has not; no log says whether that was meant. */
    private void accounts(Copies copies, Set<String> withMailboxes, Set<String> users) {
        Set<String> now = new HashSet<>();
        live.accounts().all().stream().map(Accounts.Account::name).forEach(now::add);
        users.addAll(now);
        MailStore then = copies.store(history.snapshot(0));
        if (then == null) {
            return;
        }
        Set<String> goneUsers = new HashSet<>();
        ledger.gone().stream().filter(one -> one.what() == What.USER).forEach(one -> goneUsers.add(one.user()));
        try {
            for (Accounts.Account account : then.accounts().all()) {
                users.add(account.name());
                if (!now.contains(account.name()) && !goneUsers.contains(account.name())) {
                    long mailboxes = withMailboxes.contains(account.name()) ? 1 : 0;
                    ledger.gone(new Gone(What.ACCOUNT, account.name(), "", mailboxes, Confidence.POSSIBLE, false));
                }
            }
        } catch (CorruptionException e) {
            limits.add("the accounts of snapshot " + history.snapshot(0).id() + " cannot be read: " + e.getMessage());
        }
    }

    /** Users who had subscriptions and have none, though the mailboxes are there. */
    private void subscriptions(SortedMap<String, List<Subject>> subjects) {
        Map<String, Set<String>> present = new HashMap<>();
        try {
            live.subscriptions().all().forEach((user, names) -> present.put(user, names.keySet()));
        } catch (CorruptionException e) {
            limits.add("the subscriptions cannot be read: " + e.getMessage());
            return;
        }
        subjects.forEach((user, mailboxes) -> {
            long had = mailboxes.stream()
                    .filter(one ->
                            one.visible() && one.past() != null && one.past().subscribed())
                    .count();
            if (had > 0 && !present.containsKey(user)) {
                ledger.gone(new Gone(
                        What.SUBSCRIPTIONS, user, "", had, had > 1 ? Confidence.LIKELY : Confidence.POSSIBLE, had > 1));
            }
        });
    }

    private LossReport report(Set<String> users, List<CanaryState> canaries, long began) {
        Totals totals = new Totals(
                users.size(),
                ledger.usersWithLoss(),
                mailboxes,
                proven,
                known,
                present,
                ledger.lost(),
                ledger.octets(),
                ledger.of(Confidence.CERTAIN),
                ledger.of(Confidence.LIKELY),
                ledger.of(Confidence.POSSIBLE),
                ledger.unreadable(),
                ledger.withoutCopy(),
                ledger.byAdministrators(),
                ledger.octetsByAdministrators(),
                new Explained(
                        of(ExpungeReason.USER) + reexpunged,
                        of(ExpungeReason.MOVE),
                        of(ExpungeReason.MAILBOX_DELETED),
                        of(ExpungeReason.QUOTA),
                        of(ExpungeReason.UNDO),
                        elsewhere,
                        beforeWindow));
        LossFiles files = LossFiles.in(workplace.dataFolder());
        NextSteps next = new NextSteps(ledger.rows(), ledger.administrators(), files.folder());
        files.keepUsers(next.lists());
        return new LossReport(
                now,
                live.storeId(),
                request.trigger(),
                Headline.of(
                        totals, history.all(), ledger.rows(), ledger.administrators(), ledger.gone(), canaries, now),
                totals,
                history.all(),
                ledger.rows(),
                ledger.administrators(),
                ledger.gone(),
                canaries,
                next.steps(),
                limits(),
                FindLoss.millisSince(began));
    }

    private long of(ExpungeReason reason) {
        return reasons.getOrDefault(reason, 0L);
    }

    private List<String> limits() {
        List<String> all = new ArrayList<>();
        all.add("There is no delivery log: mail that came after one snapshot and vanished before the next is seen only"
                + " where the store's own change log or counters still know it.");
        all.add("Rows were read, bodies were not: 'understudy fsck --deep' reads those.");
        if (history.foreign()) {
            all.add("The snapshots are of another store than the live one, so messages were compared by content alone,"
                    + " and expunges before the live store was made are not known.");
        }
        if (ledger.shortened()) {
            all.add("The report is long: from row " + Ledger.DETAILED_ROWS
                    + " on, the mailboxes of a user are one row a month.");
        }
        all.addAll(limits);
        return all;
    }
}
