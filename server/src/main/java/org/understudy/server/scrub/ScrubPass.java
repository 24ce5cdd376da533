package org.understudy.server.scrub;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.server.scrub.ScrubState.Present;
import org.understudy.server.scrub.ScrubState.Stage;
import org.understudy.server.scrub.ScrubState.Tally;
import org.understudy.storage.MailStore;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.fsck.Scrub;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.keyspace.MailboxId;

/** One pass over the store, from wherever an earlier one was stopped. Used once, by one thread. */
final class ScrubPass implements Watch {
    /** While users are at work the scrub reads at this part of its rate. */
    private static final long COURTESY = 4;

    private final MailStore store;
    private final Courtesy courtesy;
    private final Pace pace;
    private final ScrubAlarm alarm;
    private final Scrub scrub;
    private final Consumer<Present> reached;
    private Present at;
    private final AtomicLong octets = new AtomicLong();

    /**
     * @param from where to go on
     * @param rate octets a second
     * @param reached is told after each table and mailbox
     */
    ScrubPass(Workplace workplace, Present from, long rate, Consumer<Present> reached) {
        store = workplace.live();
        at = from;
        this.reached = reached;
        courtesy = new Courtesy(store::calls, Math.max(1, rate / COURTESY));
        pace = new Pace(() -> {
            long besideUsers = courtesy.getAsLong();
            return besideUsers == 0 ? rate : besideUsers;
        });
        alarm = new ScrubAlarm(workplace);
        scrub = store.scrub(this, alarm::met);
        octets.set(from.tally().tableOctets() + from.tally().bodyOctets());
    }

    /** Where a new pass begins. */
    static Present beginning(MailStore store, java.time.Instant now) {
        List<Engine.Table> tables = store.scrub(Watch.NONE, fault -> {}).tables();
        long octets = tables.stream().mapToLong(Engine.Table::size).sum()
                + store.mailboxes().all().stream()
                        .mapToLong(
                                mailbox -> store.mailboxes().state(mailbox.id()).bytes())
                        .sum();
        long youngest = tables.isEmpty() ? 0 : Scrub.number(tables.getLast());
        return new Present(now, Stage.TABLES, 0, youngest, octets, Tally.NONE);
    }

    /** Octets of tables and bodies read so far in this pass, stops in between left out. */
    long octets() {
        return octets.get();
    }

    /** @return what was read and found from the beginning of the pass on */
    Tally run() throws InterruptedException {
        try {
            switch (at.stage()) {
                case TABLES -> {
                    tables();
                    mailboxes();
                    rest();
                }
                case MAILBOXES -> {
                    mailboxes();
                    rest();
                }
                case REST -> rest();
            }
            return at.tally();
        } catch (StoppedException e) {
            throw (InterruptedException) new InterruptedException("stopped").initCause(e);
        }
    }

    private void tables() throws InterruptedException {
        for (Engine.Table table : scrub.tables()) {
            long number = Scrub.number(table);
            if (number < at.next() || number > at.through()) {
                continue;
            }
            Scrub.TableRead read = scrub.table(table);
            if (read == Scrub.TableRead.FAULTY) {
                alarm.reach(table.name());
            }
            boolean gone = read == Scrub.TableRead.GONE;
            reached(
                    Stage.TABLES,
                    number + 1,
                    new Tally(gone ? 0 : 1, gone ? 0 : table.size(), gone ? 1 : 0, 0, 0, 0, 0, 0, 0, List.of()));
        }
        reached(Stage.MAILBOXES, 0, Tally.NONE);
    }

    private void mailboxes() {
        for (MailboxId id : scrub.mailboxes()) {
            if (id.value() < at.next()) {
                continue;
            }
            Scrub.MailboxRead read = scrub.mailbox(id);
            alarm.hold();
            reached(
                    Stage.MAILBOXES,
                    id.value() + 1,
                    new Tally(
                            0,
                            0,
                            0,
                            1,
                            read.messages(),
                            read.expunged(),
                            read.bodies(),
                            read.bodyOctets(),
                            0,
                            List.of()));
        }
        alarm.hold();
        reached(Stage.REST, 0, Tally.NONE);
    }

    private void rest() {
        scrub.rest();
        alarm.hold();
        reached(Stage.REST, 0, Tally.NONE);
    }

    private void reached(Stage stage, long next, Tally read) {
        at = at.at(stage, next, at.tally().plus(read).plus(alarm.take()));
        octets.set(at.tally().tableOctets() + at.tally().bodyOctets());
        reached.accept(at);
    }

    @Override
    public void read(long count, long calls) {
        courtesy.did(calls);
        octets.addAndGet(count);
        try {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("stopped");
            }
            pace.await(count);
        } catch (InterruptedException e) {
            throw ScrubAlarm.stopped(e);
        }
    }
}
