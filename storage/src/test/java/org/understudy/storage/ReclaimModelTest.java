package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.ReclaimKit.UNPACED;
import static org.understudy.storage.ReclaimKit.WINDOW;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFlags;
import org.understudy.storage.reclaim.Reclaim;

/**
 * Random histories with equal mail in many places, against a model that knows real time: after each round every live message
 * reads back, every body that was expunged within the window is there, and every other is gone as soon as the store can know
 * that its window is over.
 */
class ReclaimModelTest {
    private static final int OPERATIONS = 400;
    private static final List<ExpungeReason> REASONS =
            List.of(ExpungeReason.USER, ExpungeReason.QUOTA, ExpungeReason.ADMIN, ExpungeReason.UNDO);

    @TempDir
    Path folder;

    /** When a body was last expunged, by true time, and whether both clocks of the store have shown all of it since. */
    private record Gone(Duration at, String text) {}

    private ReclaimKit kit;
    private MailStore store;
    private final Map<MailboxId, TreeMap<Long, String>> live = new HashMap<>();
    private final Map<BodyId, String> texts = new HashMap<>();
    private final Map<BodyId, Gone> expunged = new HashMap<>();
    private final List<MailboxId> mailboxes = new ArrayList<>();
    /** Time in which the store was open. */
    private Duration now = Duration.ZERO;

    private boolean clockWasSet;
    private int names;
    private boolean held;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whatIsNamedOrYoungStaysAndTheRestGoes(long seed) throws Exception {
        kit = new ReclaimKit(folder.resolve("store"));
        store = kit.open();
        for (String user : List.of("alice", "bob", "carol")) {
            create(user);
        }
        Random random = new Random(seed);
        boolean clocksSet = seed % 2 == 0;
        long reclaimed = 0;
        for (int i = 0; i < OPERATIONS; i++) {
            reclaimed += step(random, clocksSet, "seed " + seed + ", operation " + i);
        }
        held = false;
        pass(WINDOW);
        if (clockWasSet) {
            // Rows that a clock far ahead has dated stay until it is that late.
            kit.set(Duration.ofDays(50_000));
        }
        reclaimed += round("seed " + seed + ", end").reclaimed();
        Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
        Set<BodyId> named = named();
        assertThat(report.bodies()).as("bodies at the end, seed %d", seed).isEqualTo(named.size());
        assertThat(report.orphanBodies()).as("seed %d", seed).isZero();
        assertThat(reclaimed).as("seed %d", seed).isGreaterThan(20);
        StoreKit.closeSound(store);
    }

    private void create(String user) {
        MailboxId id = store.mailboxes()
                .create(MailboxPath.of(user, "box" + names++), StoreKit.ALICE)
                .id();
        mailboxes.add(id);
        live.put(id, new TreeMap<>());
    }

    private long step(Random random, boolean clocksSet, String when) throws Exception {
        MailboxId id = mailboxes.get(random.nextInt(mailboxes.size()));
        MailboxId other = mailboxes.get(random.nextInt(mailboxes.size()));
        TreeMap<Long, String> here = live.get(id);
        List<Long> chosen =
                here.keySet().stream().filter(uid -> random.nextInt(3) == 0).toList();
        switch (random.nextInt(14)) {
            case 0, 1, 2, 3 -> {
                String text = "text " + random.nextInt(60) + "x".repeat(random.nextInt(40) == 0 ? 3 << 20 : 5);
                Appended appended = ReclaimKit.append(store, id, text);
                here.put(appended.uid(), text);
                texts.put(appended.body(), text);
            }
            case 4, 5 -> expunge(id, chosen, REASONS.get(random.nextInt(REASONS.size())));
            case 6 -> copied(id, other, store.messages().copy(id, chosen, other, StoreKit.ALICE), chosen);
            case 7 -> {
                Messages.Moved moved = store.messages().move(id, chosen, other, StoreKit.ALICE);
                copied(id, other, moved.to(), chosen);
                chosen.forEach(here::remove);
                moved.from()
                        .forEach(one -> expunged.put(
                                one.facts().body(), gone(one.facts().body())));
            }
            case 8 -> {
                store.mailboxes().delete(id, StoreKit.ALICE);
                store.messages()
                        .scanExpunged(
                                id,
                                one -> expunged.merge(
                                        one.facts().body(),
                                        gone(one.facts().body()),
                                        (before, after) ->
                                                one.reason() == ExpungeReason.MAILBOX_DELETED ? after : before));
                mailboxes.remove(id);
                live.remove(id);
                create("dave");
            }
            case 9 -> pass(Duration.ofHours(random.nextInt(24 * 12)));
            case 10 -> {
                if (clocksSet) {
                    clockWasSet = true;
                    kit.set(Duration.ofDays(random.nextInt(900) - 450));
                }
            }
            case 11 -> {
                store.reclaim().keepTime();
                store.close();
                kit.pass(Duration.ofDays(random.nextInt(60)));
                store = kit.open();
            }
            case 12 -> held = random.nextInt(4) == 0;
            case 13 -> {
                return round(when).reclaimed();
            }
            default -> throw new IllegalStateException();
        }
        return 0;
    }

    private void pass(Duration time) {
        kit.pass(time);
        now = now.plus(time);
    }

    private Gone gone(BodyId body) {
        return new Gone(now, texts.get(body));
    }

    private void expunge(MailboxId id, List<Long> uids, ExpungeReason reason) {
        store.messages()
                .expunge(id, uids, reason, StoreKit.ALICE)
                .forEach(
                        one -> expunged.put(one.facts().body(), gone(one.facts().body())));
        uids.forEach(live.get(id)::remove);
    }

    private void copied(MailboxId from, MailboxId to, List<Appended> copies, List<Long> uids) {
        List<String> copiedTexts = uids.stream().map(live.get(from)::get).toList();
        for (int i = 0; i < copies.size(); i++) {
            live.get(to).put(copies.get(i).uid(), copiedTexts.get(i));
        }
    }

    private Set<BodyId> named() {
        Set<BodyId> named = new HashSet<>();
        live.keySet().forEach(id -> store.messages().scan(id, 1, 0xFFFF_FFFFL, facts -> named.add(facts.body())));
        return named;
    }

    private Reclaim.Round round(String when) throws InterruptedException {
        Set<BodyId> named = named();
        Reclaim.Round round =
                store.reclaim().round(WINDOW, false, () -> held ? Optional.of("held") : Optional.empty(), UNPACED);
        live.forEach((id, messages) -> {
            TreeMap<Long, String> found = new TreeMap<>();
            store.messages()
                    .scan(
                            id,
                            1,
                            0xFFFF_FFFFL,
                            facts -> found.put(
                                    facts.uid(),
                                    new String(store.bodies().read(facts.body()), StandardCharsets.UTF_8)));
            assertThat(found).as(when).isEqualTo(messages);
            assertThat(store.messages().flags(id, 1, 0xFFFF_FFFFL).stream().map(MessageFlags::uid))
                    .as(when)
                    .containsExactlyElementsOf(messages.keySet());
        });
        expunged.forEach((body, gone) -> {
            boolean young = now.minus(gone.at()).compareTo(WINDOW) < 0;
            if (young || held || named.contains(body)) {
                if (store.reclaim().isGone(body)) {
                    assertThat(young || named.contains(body))
                            .as("%s, body %s is gone", when, body)
                            .isFalse();
                } else {
                    assertThat(new String(store.bodies().read(body), StandardCharsets.UTF_8))
                            .as(when)
                            .isEqualTo(gone.text());
                }
            } else if (!clockWasSet) {
                assertThat(store.bodies().exists(body))
                        .as("%s, body %s is over", when, body)
                        .isFalse();
            }
        });
        assertThat(round.rows())
                .as(when)
                .isEqualTo(round.rowsReclaimedBefore() + round.rowsInWindow() + round.rowsPastWindow());
        assertThat(round.bodies()).as(when).isEqualTo(round.bodiesInWindow() + round.bodiesLive() + round.due());
        assertThat(round.due())
                .as(when)
                .isEqualTo(round.reclaimed() + round.inUse() + round.unreadable() + round.left());
        assertThat(round.unreadable()).as(when).isZero();
        return round;
    }
}
