package org.understudy.restore.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

class MergePlannerTest {
    private static final LocalDate DATE = LocalDate.of(2026, 5, 27);
    private static final Instant MARCH = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant APRIL = Instant.parse("2026-04-01T10:00:00Z");

    private final Live live = new Live();
    private final Shadow shadow = new Shadow();

    @Test
    void addsWhatLiveDoesNotHave() {
        live.make("ada", "INBOX");
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(adds(plan)).hasSize(1);
        assertThat(plan.totals().add()).isEqualTo(1);
        assertThat(plan.bases()).hasSize(1);
    }

    @Test
    void passesOverWhatLiveHasByDigest() {
        live.add("ada", "INBOX", 1, APRIL, "", Flags.NONE);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        assertThat(skips(plan(MergePolicy.defaults()))).containsExactly(SkipReason.ALREADY_LIVE);
    }

    @Test
    void countsEachLiveMessageOnce() {
        live.add("ada", "INBOX", 1, MARCH, "", Flags.NONE);
        shadow.add("ada", "INBOX", 1, APRIL, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(adds(plan))
                .singleElement()
                .satisfies(add -> assertThat(add.internalDate()).isEqualTo(APRIL));
    }

    @Test
    void knowsAMessageByIdentityOnlyWithDateAndSize() {
        live.add("ada", "INBOX", 1, MARCH, "<m@x>", Flags.NONE);
        shadow.add("ada", "INBOX", 2, MARCH, Verdict.PROVEN, "<m@x>", 100, Flags.NONE);
        shadow.add("ada", "INBOX", 3, APRIL, Verdict.PROVEN, "<m@x>", 100, Flags.NONE);
        shadow.add("ada", "INBOX", 4, MARCH, Verdict.PROVEN, "<m@x>", 101, Flags.NONE);
        assertThat(adds(plan(MergePolicy.defaults()))).hasSize(2);
        assertThat(adds(plan(with(MergePolicy.Duplicates.DIGEST)))).hasSize(3);
    }

    @Test
    void leavesWhatTheUserExpunged() {
        live.make("ada", "INBOX");
        live.expunge("ada", "INBOX", 1, ExpungeReason.USER);
        live.expunge("ada", "INBOX", 2, ExpungeReason.ADMIN);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 2, MARCH, Verdict.PROVEN);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(skips(plan)).containsExactly(SkipReason.EXPUNGED_BY_USER);
        assertThat(adds(plan)).hasSize(1);
    }

    @Test
    void leavesWhatTheUserMovedWhileItIsStillThere() {
        live.expunge("ada", "INBOX", 1, ExpungeReason.MOVE);
        live.expunge("ada", "INBOX", 2, ExpungeReason.MOVE);
        live.add("ada", "Elsewhere", 1, MARCH, "", Flags.NONE);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 2, MARCH, Verdict.PROVEN);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(skips(plan)).containsExactly(SkipReason.MOVED_BY_USER);
        assertThat(adds(plan)).hasSize(1);
    }

    @Test
    void holdsSuspectMailApartAndLeavesDamagedMail() {
        live.make("ada", "INBOX");
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.SUSPECT);
        shadow.add("ada", "INBOX", 2, MARCH, Verdict.DAMAGED);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(adds(plan)).singleElement().satisfies(add -> {
            assertThat(add.quarantine()).isTrue();
            assertThat(add.target()).isEqualTo(new TargetMailbox("ada", "Quarantine.2026-05-27"));
        });
        assertThat(skips(plan)).containsExactly(SkipReason.DAMAGED);
        assertThat(plan.totals().createMailboxes()).isEqualTo(1);
    }

    @Test
    void neverMergesDamagedMail() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MergePolicy(
                        EnumSet.of(Verdict.DAMAGED),
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        false,
                        false,
                        null,
                        null,
                        null,
                        null,
                        null,
                        false,
                        null,
                        null));
    }

    @Test
    void makesNoMailboxForUsersThatLiveDoesNotHave() {
        shadow.add("zoe", "INBOX", 1, MARCH, Verdict.PROVEN);
        MergePlan plan = plan(MergePolicy.defaults());
        assertThat(skips(plan)).containsExactly(SkipReason.NO_SUCH_USER);
        assertThat(plan.totals().createMailboxes()).isZero();
    }

    @Test
    void addsFlagsToLiveMessagesOnlyWhenAsked() {
        Flags there = Flags.of(Flags.SEEN, List.of("Work"));
        Flags backup = Flags.of(Flags.FLAGGED | Flags.DELETED, List.of("$Label1"));
        live.add("ada", "INBOX", 1, MARCH, "", there);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN, "", 100, backup);
        assertThat(changes(plan(with(MergePolicy.FlagChoice.LIVE)))).isEmpty();
        assertThat(changes(plan(with(MergePolicy.FlagChoice.UNION))))
                .singleElement()
                .satisfies(change -> assertThat(change.after())
                        .isEqualTo(Flags.of(Flags.SEEN | Flags.FLAGGED, List.of("$Label1", "Work"))));
        assertThat(changes(plan(with(MergePolicy.FlagChoice.BACKUP))))
                .singleElement()
                .satisfies(change -> assertThat(change.after()).isEqualTo(Flags.of(Flags.FLAGGED, List.of("$Label1"))));
    }

    @Test
    void isTheSameFromItsJson() {
        live.add("ada", "INBOX", 1, MARCH, "", Flags.NONE);
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN, "", 100, Flags.of(Flags.SEEN, List.of("b", "A")));
        shadow.add("ada", "INBOX", 2, APRIL, Verdict.SUSPECT);
        shadow.add("ada", "Neu", 3, APRIL, Verdict.CONSISTENT, "", 7, Flags.of(1, List.of("b", "A")));
        MergePlan plan = plan(with(MergePolicy.FlagChoice.UNION));
        assertThat(MergePlan.parse(plan.json())).isEqualTo(plan);
        assertThat(MergePlan.parse(plan.json()).json()).isEqualTo(plan.json());
        assertThat(MergePlan.hash(plan(with(MergePolicy.FlagChoice.UNION)).json()))
                .isEqualTo(MergePlan.hash(plan.json()));
    }

    @Test
    void filtersByMailboxUserAndDate() {
        live.make("ada", "INBOX");
        live.make("bert", "INBOX");
        shadow.add("ada", "Lists.a", 1, MARCH, Verdict.PROVEN);
        shadow.add("ada", "Lists.a.deep", 2, MARCH, Verdict.PROVEN);
        shadow.add("bert", "Lists.a", 3, MARCH, Verdict.PROVEN);
        shadow.add("ada", "Lists.b", 4, APRIL, Verdict.PROVEN);
        MergePolicy policy = new MergePolicy(
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                false,
                false,
                false,
                Map.of(),
                Set.of("ada"),
                List.of("Lists.%"),
                null,
                APRIL,
                false,
                null,
                null);
        MergePlan plan = plan(policy);
        assertThat(adds(plan)).extracting(add -> add.target().name()).containsExactly("Lists.a");
        assertThat(skips(plan))
                .containsExactlyInAnyOrder(SkipReason.MAILBOX_FILTER, SkipReason.USER_FILTER, SkipReason.DATE_FILTER);
    }

    @Test
    void filtersBySender() {
        live.make("ada", "INBOX");
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 2, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 3, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 4, MARCH, Verdict.PROVEN);
        shadow.senders.put(1, Set.of("anna@example.org"));
        shadow.senders.put(2, Set.of("anna@lists.example.org", "owner@lists.example.net"));
        shadow.senders.put(3, Set.of("<>"));
        assertThat(from("anna@example.org")).containsExactly(1L);
        assertThat(from("@example.org")).containsExactly(1L);
        assertThat(from("Example.Org")).containsExactly(1L, 2L);
        assertThat(from("*@lists.example.net")).containsExactly(2L);
        assertThat(from("<>")).containsExactly(3L);
        assertThat(from("ann?@example.org", "xample.org")).isEmpty();
        assertThat(from()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(skips(plan(with(List.of("anna@example.org"), MergePolicy.OverQuota.REFUSE))))
                .containsOnly(SkipReason.SENDER_FILTER)
                .hasSize(3);
    }

    private List<Long> from(String... senders) {
        return adds(plan(with(List.of(senders), MergePolicy.OverQuota.REFUSE))).stream()
                .map(PlanStep.AddMessage::uid)
                .toList();
    }

    @Test
    void refusesToBringUsersOverQuotaUnlessTold() {
        live.add("ada", "INBOX", 9, MARCH, "", Flags.NONE);
        live.make("bert", "INBOX");
        live.quotas.put("ada", new LiveView.Quota(1, 100, -1, 250));
        for (int i = 1; i <= 3; i++) {
            shadow.add("ada", "INBOX", i, MARCH.plusSeconds(i), Verdict.PROVEN);
            shadow.add("bert", "INBOX", 100 + i, MARCH, Verdict.PROVEN);
        }
        assertThatThrownBy(() -> plan(MergePolicy.defaults()))
                .isInstanceOf(OperatorException.class)
                .hasMessage("a user would be over quota after the merge, and would get no new mail: ada has 1 messages,"
                        + " 100 octets, would gain 3 and 300, and may have any number and 250");
        MergePlan all = plan(with(List.of(), MergePolicy.OverQuota.ALLOW));
        assertThat(adds(all)).hasSize(6);
        assertThat(all.totals().users())
                .extracting(PlanTotals.UserGain::user, PlanTotals.UserGain::overQuota)
                .containsExactly(tuple("ada", true), tuple("bert", false));
        MergePlan fitting = plan(with(List.of(), MergePolicy.OverQuota.SKIP));
        assertThat(adds(fitting))
                .extracting(step -> step.target().user(), PlanStep.AddMessage::uid)
                .containsExactly(tuple("ada", 3L), tuple("bert", 1L), tuple("bert", 2L), tuple("bert", 3L));
        assertThat(skips(fitting)).containsExactly(SkipReason.OVER_QUOTA, SkipReason.OVER_QUOTA);
        assertThat(fitting.totals().users().getFirst())
                .isEqualTo(new PlanTotals.UserGain("ada", 1, 100, new LiveView.Quota(1, 100, -1, 250)));
    }

    @Test
    void aFullQuotaTakesSoundMailBeforeSuspectMailAndMakesNoEmptyMailbox() {
        live.make("ada", "INBOX");
        live.quotas.put("ada", new LiveView.Quota(0, 0, 1, -1));
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        shadow.add("ada", "INBOX", 2, APRIL, Verdict.SUSPECT);
        shadow.add("ada", "Neu", 3, MARCH.minusSeconds(1), Verdict.PROVEN);
        MergePlan plan = plan(with(List.of(), MergePolicy.OverQuota.SKIP));
        assertThat(adds(plan))
                .singleElement()
                .satisfies(add -> assertThat(add.target().name()).isEqualTo("INBOX"));
        assertThat(plan.totals().createMailboxes()).isZero();
        assertThat(plan.totals().quarantine()).isZero();
    }

    @Test
    void aUserWhoIsOverQuotaAlreadyAndGainsNothingIsNoHindrance() {
        live.add("ada", "INBOX", 1, MARCH, "", Flags.NONE);
        live.quotas.put("ada", new LiveView.Quota(1, 100, 0, 10));
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        assertThat(skips(plan(MergePolicy.defaults()))).containsExactly(SkipReason.ALREADY_LIVE);
    }

    @Test
    void readsPlansOfVersion1AndRefusesUnknownOnes() {
        live.make("ada", "INBOX");
        shadow.add("ada", "INBOX", 1, MARCH, Verdict.PROVEN);
        String json = plan(MergePolicy.defaults()).json();
        String older = json.replace("\"version\":2", "\"version\":1")
                .replaceFirst(",\"senders\":\\[],\"quota\":\"REFUSE\"", "")
                .replaceFirst(",\"quota\":\\{[^}]*}", "");
        assertThat(older).doesNotContain("quota").doesNotContain("senders");
        MergePlan read = MergePlan.parse(older);
        assertThat(adds(read)).hasSize(1);
        assertThat(read.totals().users().getFirst().overQuota()).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MergePlan.parse(json.replace("\"version\":2", "\"version\":3")))
                .withMessage("the plan is of version 3, and this program knows versions 1 to 2");
    }

    private static MergePolicy with(List<String> senders, MergePolicy.OverQuota quota) {
        return new MergePolicy(
                null, null, null, null, null, null, null, false, false, false, null, null, null, null, null, false,
                senders, quota);
    }

    private MergePlan plan(MergePolicy policy) {
        return MergePlanner.plan("r-20260527-0001", 1, DATE, policy, live, shadow);
    }

    private static MergePolicy with(MergePolicy.FlagChoice flags) {
        return new MergePolicy(
                null, null, null, null, flags, null, null, false, false, false, null, null, null, null, null, false,
                null, null);
    }

    private static MergePolicy with(MergePolicy.Duplicates duplicates) {
        return new MergePolicy(
                null,
                null,
                null,
                duplicates,
                null,
                null,
                null,
                false,
                false,
                false,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    private static List<PlanStep.AddMessage> adds(MergePlan plan) {
        return of(plan, PlanStep.AddMessage.class);
    }

    private static List<PlanStep.ChangeFlags> changes(MergePlan plan) {
        return of(plan, PlanStep.ChangeFlags.class);
    }

    private static List<SkipReason> skips(MergePlan plan) {
        return of(plan, PlanStep.Skip.class).stream().map(PlanStep.Skip::reason).toList();
    }

    private static <T extends PlanStep> List<T> of(MergePlan plan, Class<T> type) {
        return plan.steps().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Digest digest(int number) {
        return Digest.parse(String.format("%064x", number));
    }

    private static final class Shadow implements ShadowView {
        private final TreeMap<String, Mailbox> mailboxes = new TreeMap<>();
        private final TreeMap<String, List<Message>> messages = new TreeMap<>();
        private final TreeMap<Integer, Set<String>> senders = new TreeMap<>();

        void add(String user, String name, int digest, Instant date, Verdict verdict) {
            add(user, name, digest, date, verdict, "", 100, Flags.NONE);
        }

        void add(
                String user,
                String name,
                int digest,
                Instant date,
                Verdict verdict,
                String id,
                long size,
                Flags flags) {
            String key = user + "/" + name;
            mailboxes.computeIfAbsent(key, k -> new Mailbox(new MailboxId(mailboxes.size() + 1L), user, name, true));
            List<Message> list = messages.computeIfAbsent(key, k -> new ArrayList<>());
            list.add(new Message(list.size() + 1L, digest(digest), size, date, id, flags, new BodyId(digest), verdict));
        }

        @Override
        public List<Mailbox> mailboxes() {
            return List.copyOf(mailboxes.values());
        }

        @Override
        public void messages(Mailbox mailbox, Consumer<Message> out) {
            messages.get(mailbox.user() + "/" + mailbox.name()).forEach(out);
        }

        @Override
        public Set<String> senders(Message message) {
            return senders.getOrDefault((int) message.body().value(), Set.of());
        }

        @Override
        public Likeness likeness(Message message) {
            throw new IllegalStateException("no message here was rebuilt");
        }
    }

    private static final class Live implements LiveView {
        @Override
        public Optional<Likeness> likeness(Mailbox mailbox, Message message) {
            throw new IllegalStateException("no message of the shadow was rebuilt");
        }

        private final TreeMap<String, Mailbox> mailboxes = new TreeMap<>();
        private final TreeMap<Long, List<Message>> messages = new TreeMap<>();
        private final TreeMap<Long, List<Expunged>> expunged = new TreeMap<>();
        private final TreeMap<String, Quota> quotas = new TreeMap<>();

        Mailbox make(String user, String name) {
            return mailboxes.computeIfAbsent(
                    user + "/" + name, k -> new Mailbox(new MailboxId(mailboxes.size() + 1L), 7, 100, 100));
        }

        void add(String user, String name, int digest, Instant date, String id, Flags flags) {
            List<Message> list = messages.computeIfAbsent(make(user, name).id().value(), k -> new ArrayList<>());
            list.add(new Message(list.size() + 1L, 5, digest(digest), 100, date, id, flags));
        }

        void expunge(String user, String name, int digest, ExpungeReason reason) {
            List<Expunged> list = expunged.computeIfAbsent(make(user, name).id().value(), k -> new ArrayList<>());
            list.add(new Expunged(50L + list.size(), digest(digest), MARCH, reason, APRIL));
        }

        @Override
        public String storeId() {
            return "store";
        }

        @Override
        public boolean userExists(String user) {
            return mailboxes.keySet().stream().anyMatch(key -> key.startsWith(user + "/"));
        }

        @Override
        public Optional<Mailbox> mailbox(String user, String name) {
            return Optional.ofNullable(mailboxes.get(user + "/" + name));
        }

        @Override
        public List<Message> messages(Mailbox mailbox) {
            return messages.getOrDefault(mailbox.id().value(), List.of());
        }

        @Override
        public List<Expunged> expunged(Mailbox mailbox) {
            return expunged.getOrDefault(mailbox.id().value(), List.of());
        }

        @Override
        public Quota quota(String user) {
            return quotas.getOrDefault(user, new Quota(0, 0, -1, -1));
        }

        @Override
        public Set<Digest> digestsOf(String user) {
            Set<Digest> all = new HashSet<>();
            mailboxes.forEach((key, mailbox) -> {
                if (key.startsWith(user + "/")) {
                    messages(mailbox).forEach(message -> all.add(message.digest()));
                }
            });
            return all;
        }
    }
}
