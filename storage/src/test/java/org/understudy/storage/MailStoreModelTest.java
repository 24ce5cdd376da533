package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFlags;

/** Random operations on a store and on plain maps must come to the same. */
class MailStoreModelTest {
    private static final int OPERATIONS = 300;
    private static final List<String> KEYWORDS = List.of("$A", "$B", "c", "d");

    @TempDir
    Path folder;

    private record Message(String text, Flags flags) {}

    private static final class Model {
        final TreeMap<Long, Message> messages = new TreeMap<>();
        long uidNext = 1;
        long highestModSeq;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void storeAndModelAgree(long seed) {
        Random random = new Random(seed);
        MailStore store = StoreKit.open(folder.resolve("store"));
        List<MailboxId> ids = new ArrayList<>();
        Map<MailboxId, Model> models = new TreeMap<>();
        for (String name : List.of("INBOX", "Sent", "Work")) {
            MailboxId id = store.mailboxes()
                    .create(MailboxPath.of("alice", name), 1, ALICE)
                    .id();
            ids.add(id);
            models.put(id, new Model());
        }
        for (int i = 0; i < OPERATIONS; i++) {
            step(store, random, ids, models);
            if (random.nextInt(150) == 0) {
                store.close();
                store = StoreKit.open(folder.resolve("store"));
            }
            if (i % 25 == 0) {
                compare(store, models, "seed " + seed + ", operation " + i);
            }
        }
        compare(store, models, "seed " + seed + ", end");
        StoreKit.closeSound(store);
    }

    private static void step(MailStore store, Random random, List<MailboxId> ids, Map<MailboxId, Model> models) {
        MailboxId id = ids.get(random.nextInt(ids.size()));
        MailboxId other = ids.get(random.nextInt(ids.size()));
        Model model = models.get(id);
        Model target = models.get(other);
        List<Long> chosen = choose(random, model);
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                List<NewMessage> batch = new ArrayList<>();
                int count = random.nextInt(4) == 0 ? random.nextInt(200) : 1;
                List<Message> plain = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    Message message = new Message("text " + random.nextInt(50), flags(random));
                    plain.add(message);
                    batch.add(StoreKit.message(message.text(), message.flags()));
                }
                List<Appended> appended = store.messages().append(id, batch, ALICE);
                for (int i = 0; i < count; i++) {
                    assertThat(appended.get(i).uid()).isEqualTo(model.uidNext);
                    model.messages.put(model.uidNext++, plain.get(i));
                }
            }
            case 2 -> {
                int bit = 1 << random.nextInt(5);
                List<String> keyword = List.of(KEYWORDS.get(random.nextInt(KEYWORDS.size())));
                store.messages().updateFlags(id, chosen, f -> Flags.of(f.system() ^ bit, keyword), ALICE);
                chosen.forEach(uid -> model.messages.computeIfPresent(
                        uid, (u, m) -> new Message(m.text(), Flags.of(m.flags().system() ^ bit, keyword))));
            }
            case 3 -> {
                store.messages().expunge(id, chosen, ExpungeReason.USER, ALICE);
                chosen.forEach(model.messages::remove);
            }
            case 4 -> {
                store.messages().copy(id, chosen, other, ALICE);
                List<Message> copied = new ArrayList<>();
                chosen.forEach(uid -> copied.add(model.messages.get(uid)));
                copied.forEach(m -> target.messages.put(
                        target.uidNext++, new Message(m.text(), m.flags().with(Flags.RECENT))));
            }
            case 5 -> {
                store.messages().move(id, chosen, other, ALICE);
                List<Message> moved = new ArrayList<>();
                chosen.forEach(uid -> moved.add(model.messages.remove(uid)));
                moved.forEach(m -> target.messages.put(
                        target.uidNext++, new Message(m.text(), m.flags().with(Flags.RECENT))));
            }
            default -> throw new IllegalStateException();
        }
    }

    private static List<Long> choose(Random random, Model model) {
        int one = random.nextInt(3) == 0 ? 2 : 20;
        return model.messages.keySet().stream()
                .filter(uid -> random.nextInt(one) == 0)
                .toList();
    }

    private static Flags flags(Random random) {
        return Flags.of(
                random.nextInt(32),
                KEYWORDS.stream().filter(k -> random.nextInt(4) == 0).toList());
    }

    private static void compare(MailStore store, Map<MailboxId, Model> models, String when) {
        models.forEach((id, model) -> {
            TreeMap<Long, Message> found = new TreeMap<>();
            Map<Long, Flags> flags = new TreeMap<>();
            for (MessageFlags f : store.messages().flags(id, 1, 0xFFFF_FFFFL)) {
                flags.put(f.uid(), f.flags());
                assertThat(f.modSeq())
                        .as(when)
                        .isLessThanOrEqualTo(store.mailboxes().state(id).highestModSeq());
            }
            store.messages()
                    .scan(
                            id,
                            1,
                            0xFFFF_FFFFL,
                            facts -> found.put(
                                    facts.uid(),
                                    new Message(
                                            new String(store.bodies().read(facts.body()), StandardCharsets.UTF_8),
                                            flags.get(facts.uid()))));
            assertThat(found).as("%s, mailbox %s", when, id).isEqualTo(model.messages);
            assertThat(store.mailboxes().state(id).uidNext()).as(when).isEqualTo(model.uidNext);
            long highest = store.mailboxes().state(id).highestModSeq();
            assertThat(highest).as(when).isGreaterThanOrEqualTo(model.highestModSeq);
            model.highestModSeq = highest;
            List<Long> since = store.messages().changesSince(id, 0).changed();
            assertThat(since).as(when).containsExactlyElementsOf(model.messages.keySet());
        });
    }
}
