package org.understudy.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.LogVisitor;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Family;

/** The write-ahead log as an account of who wrote what. */
class LogReadingTest {
    private static final Author ADA = new Author.Session("ada", "1");
    private static final Author RESTORE = new Author.Restore("r-1");

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Engine open(boolean create) {
        return Engine.open(folder.resolve("db"), 16L << 20, create, true, () -> {});
    }

    private void read(Engine engine, long from) {
        lines.clear();
        gaps.clear();
        engine.readLog(from, engine.latestSequence(), new LogVisitor() {
            @Override
            public void effect(LoggedEffect effect) {
                for (LoggedEffect.Row row : effect.rows()) {
                    Family family = row.family();
                    lines.add(row.sequence() + " " + effect.author() + " " + row.kind() + " "
                            + (family == null ? "?" : family.columnFamily()) + " "
                            + new String(row.key(), StandardCharsets.UTF_8) + " "
                            + new String(row.value(), StandardCharsets.UTF_8));
                }
            }

            @Override
            public void gap(long from, long to) {
                gaps.add(from + "-" + to);
            }
        });
    }

    private static Effect put(Author author, String key) {
        return new Effect(author).put(Family.SETTING, bytes(key), bytes("v" + key));
    }

    @Test
    void namesTheAuthorOfEachRow() throws Exception {
        try (Engine engine = open(true)) {
            engine.commit(put(ADA, "a").delete(Family.JOURNAL, bytes("b")));
            engine.commit(put(RESTORE, "c"));
            engine.database().put(bytes("raw"), bytes("x"));
            engine.writeAhead(put(ADA, "d"));
            read(engine, 1);
            assertThat(lines)
                    .containsExactly(
                            "1 session:ada:1 PUT setting a va",
                            "2 session:ada:1 DELETED journal b ",
                            "3 restore:r-1 PUT setting c vc",
                            "4  PUT ? raw x",
                            "5 session:ada:1 PUT setting d vd");
            assertThat(gaps).isEmpty();
            read(engine, 3);
            assertThat(lines).hasSize(3).first().asString().startsWith("3 restore:r-1");
        }
    }

    @Test
    void saysWhenEachGroupWasCommitted() {
        long[] now = {1_000};
        List<String> times = new ArrayList<>();
        try (Engine engine = open(true)) {
            engine.clock(() -> now[0]);
            engine.commit(put(ADA, "a").put(Family.SETTING, bytes("b"), bytes("1")));
            engine.writeAhead(put(ADA, "c"));
            now[0] = 2_500;
            Ticket first = engine.submit(put(ADA, "d"));
            Ticket second = engine.submit(put(RESTORE, "e"));
            engine.await(second);
            engine.await(first);
            assertThat(engine.writtenBefore()).isEqualTo(2_500);
            assertThat(engine.syncLog()).isEqualTo(engine.latestSequence());
            engine.readLog(1, engine.latestSequence(), new LogVisitor() {
                @Override
                public void effect(LoggedEffect effect) {
                    times.add(effect.at() + " " + effect.author() + " "
                            + effect.rows().size());
                }

                @Override
                public void gap(long from, long to) {
                    gaps.add(from + "-" + to);
                }
            });
        }
        assertThat(gaps).isEmpty();
        assertThat(times)
                .containsExactly(
                        "1000 session:ada:1 2", "0 session:ada:1 1", "2500 session:ada:1 1", "2500 restore:r-1 1");
    }

    @Test
    void isStillThereAfterTheStoreWasClosedAndOpenedTwice() {
        try (Engine engine = open(true)) {
            engine.commit(put(ADA, "a"));
        }
        open(false).close();
        try (Engine engine = open(false)) {
            engine.commit(put(RESTORE, "b"));
            read(engine, 1);
            assertThat(lines).containsExactly("1 session:ada:1 PUT setting a va", "2 restore:r-1 PUT setting b vb");
            assertThat(gaps).isEmpty();
        }
    }

    @Test
    void aFileThatIsTakenInLeavesNoGapUnlessEqualKeysAreThere() {
        Path file = folder.resolve("rows.sst");
        try (Engine engine = open(true)) {
            try (var rows = engine.writeSegment(file)) {
                rows.put(bytes("k1"), bytes("1"), new byte[0], 0, 0);
                rows.put(bytes("k2"), bytes("2"), new byte[0], 0, 0);
                rows.finish();
            }
            engine.commit(put(ADA, "a"));
            try (var view = engine.view()) {
                engine.ingest(Family.BODY, List.of(file));
                assertThat(view.get(Family.SETTING, bytes("a"))).isPresent();
            }
            engine.commit(put(ADA, "b"));
            read(engine, 1);
            assertThat(lines).hasSize(2);
            assertThat(gaps).isEmpty();
            long before = engine.latestSequence();
            engine.ingest(Family.BODY, List.of(file));
            assertThat(engine.latestSequence()).isEqualTo(before + 1);
            engine.commit(put(ADA, "c"));
            read(engine, 1);
            assertThat(lines).hasSize(3);
            assertThat(gaps).containsExactly((before + 1) + "-" + (before + 1));
        }
    }
}
