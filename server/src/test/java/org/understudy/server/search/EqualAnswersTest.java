package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Flags;

/** With the index, half an index and none, the same is found, in random mail by random queries. */
final class EqualAnswersTest {
    private static final int MESSAGES = 1_100; // two segments and some that wait
    private static final int QUERIES = 100;

    @TempDir
    Path folder;

    @Test
    void indexAndScanFindTheSame() throws Exception {
        long seed = System.nanoTime();
        RandomMail random = new RandomMail(seed);
        try (MailboxOfMail mail = new MailboxOfMail(folder)) {
            fill(mail, random, 0, MESSAGES);
            MailSearch scan = mail.scanning();
            List<Criterion> queries = new ArrayList<>();
            for (int i = 0; i < QUERIES; i++) {
                queries.add(criterion(random, 0));
            }
            List<MailSearch.Found> expected = queries.stream()
                    .map(q -> scan.search(mail.mailbox, q, () -> false))
                    .toList();
            assertThat(expected.stream().filter(f -> f.uids().length > 0).count())
                    .as("queries that find something, seed %s", seed)
                    .isGreaterThan(QUERIES / 4);
            try (SearchIndexing indexing = SearchIndexing.start(mail.store, folder, 16 << 20)) {
                MailSearch search = indexing.search(Clock.systemUTC());
                compare(mail, search, queries, expected, "while it is being indexed, seed " + seed);
                assertThat(indexing.awaitIdle(60_000)).isTrue();
                assertThat(indexing.status().indexed()).isEqualTo(MESSAGES);
                compare(mail, search, queries, expected, "indexed, seed " + seed);
                fill(mail, random, MESSAGES, 40);
                List<MailSearch.Found> more = queries.stream()
                        .map(q -> scan.search(mail.mailbox, q, () -> false))
                        .toList();
                compare(mail, search, queries, more, "with mail that came later, seed " + seed);
            }
        }
    }

    private static void compare(
            MailboxOfMail mail,
            MailSearch search,
            List<Criterion> queries,
            List<MailSearch.Found> expected,
            String when) {
        for (int i = 0; i < queries.size(); i++) {
            assertThat(search.search(mail.mailbox, queries.get(i), () -> false).uids())
                    .as("%s: %s", when, queries.get(i))
                    .containsExactly(expected.get(i).uids());
        }
    }

    private static void fill(MailboxOfMail mail, RandomMail random, int from, int count) throws Exception {
        for (int done = 0; done < count; ) {
            List<byte[]> some = new ArrayList<>();
            int piece = Math.min(count - done, 50);
            for (int i = 0; i < piece; i++) {
                some.add(random.message(from + done + i));
            }
            done += piece;
            int flags = random.below(32);
            mail.add(
                    Instant.parse("2024-03-01T00:00:00Z").plusSeconds(random.below(1_000_000)),
                    new Flags(flags, java.util.Set.of()),
                    some);
        }
    }

    private static Criterion criterion(RandomMail random, int depth) {
        int kind = random.below(depth > 2 ? 8 : 12);
        return switch (kind) {
            case 0 -> new Criterion.InText(random.needle());
            case 1, 2 -> new Criterion.InBody(random.needle());
            case 3 -> new Criterion.InField(Criterion.Field.SUBJECT, random.needle());
            case 4 ->
                new Criterion.InField(
                        Criterion.Field.values()[random.below(5)], random.below(2) == 0 ? "example" : random.needle());
            case 5 ->
                new Criterion.InHeader(
                        List.of("X-Rare", "subject", "To", "none").get(random.below(4)),
                        random.below(3) == 0 ? "" : random.needle());
            case 6 ->
                new Criterion.Dated(
                        Criterion.DateOf.SENT,
                        Criterion.Relation.values()[random.below(3)],
                        LocalDate.of(2024, 3, 1 + random.below(28)));
            case 7 -> new Criterion.SystemFlags(1 << random.below(5));
            case 8 -> new Criterion.Not(criterion(random, depth + 1));
            case 9 -> new Criterion.Or(criterion(random, depth + 1), criterion(random, depth + 1));
            default -> new Criterion.And(List.of(criterion(random, depth + 1), criterion(random, depth + 1)));
        };
    }
}
