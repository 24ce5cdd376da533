package org.understudy.restore.copies;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.Content;

/** What copies say of each other where one was rebuilt from another form. */
final class RebuiltCopiesTest {
    private static final Instant ARRIVED = Instant.parse("2026-02-03T04:05:06Z");
    private static final String NAME = "cur/1700000001.M1P1.host:2,";
    private static final String PATH = "anna/Maildir/" + NAME;

    @TempDir
    Path root;

    /** Gives each message as if it had been rebuilt. */
    private record Rebuilt(BackupSource of, UnaryOperator<String> changed, List<String> damage)
            implements BackupSource {
        @Override
        public Description describe() {
            return of.describe();
        }

        @Override
        public List<MailboxInfo> mailboxes() throws IOException {
            return of.mailboxes();
        }

        @Override
        public void read(long fromOrdinal, Sink sink) throws IOException {
            of.read(fromOrdinal, item -> {
                if (!(item instanceof SourceItem.Message message)) {
                    sink.accept(item);
                    return;
                }
                String text;
                try (InputStream in = message.content().open()) {
                    text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                }
                sink.accept(new SourceItem.Message(
                        message.ref(),
                        message.mailbox(),
                        message.uid(),
                        message.internalDate(),
                        message.flags(),
                        Content.of(changed.apply(text).getBytes(StandardCharsets.UTF_8)),
                        List.of(new Witness.Rebuilt("an Outlook data file", List.of(), damage))));
            });
        }

        @Override
        public void close() throws IOException {
            of.close();
        }
    }

    @Test
    void equalCopiesDoNotProveARebuiltOne() throws Exception {
        lay("a");
        lay("b");
        try (BackupSource main = new Rebuilt(Sources.open(root.resolve("a")), text -> text, List.of());
                BackupSource other = Sources.open(root.resolve("b"))) {
            Compared compared = Compared.of(main, List.of(new Comparison.Other("second", other)));
            assertThat(compared.message(PATH).verdict()).isEqualTo(Verdict.CONSISTENT);
        }
    }

    @Test
    void aRebuiltCopyThatDiffersSaysNothingAndIsTheSecondChoice() throws Exception {
        lay("a");
        lay("b");
        try (BackupSource main = new Rebuilt(Sources.open(root.resolve("a")), text -> text + "more\n", List.of());
                BackupSource other = Sources.open(root.resolve("b"))) {
            Compared compared = Compared.of(main, List.of(new Comparison.Other("second", other)));
            assertThat(compared.message(PATH).verdict()).isEqualTo(Verdict.CONSISTENT);
            assertThat(compared.said(PATH)).startsWith("note: ").contains("this one was rebuilt");
            assertThat(compared.best.get(PATH).main()).isFalse();
        }
        try (BackupSource main = Sources.open(root.resolve("a"));
                BackupSource other = new Rebuilt(Sources.open(root.resolve("b")), text -> text + "more\n", List.of())) {
            Compared compared = Compared.of(main, List.of(new Comparison.Other("second", other)));
            assertThat(compared.message(PATH).verdict()).isEqualTo(Verdict.CONSISTENT);
            assertThat(compared.said(PATH)).contains("it differs says nothing");
            assertThat(compared.best.get(PATH).main()).isTrue();
        }
    }

    @Test
    void aRebuiltCopyThatIsDamagedIsDamaged() throws Exception {
        lay("a");
        lay("b");
        try (BackupSource main =
                        new Rebuilt(Sources.open(root.resolve("a")), text -> text, List.of("block 8 at offset 512"));
                BackupSource other = Sources.open(root.resolve("b"))) {
            Compared compared = Compared.of(main, List.of(new Comparison.Other("second", other)));
            assertThat(compared.message(PATH).verdict()).isEqualTo(Verdict.DAMAGED);
            assertThat(compared.message(PATH).findings())
                    .anyMatch(finding -> finding.check().equals("rebuilt")
                            && finding.strength() == Finding.Strength.CONTRADICTION
                            && finding.what().contains("offset 512"));
        }
    }

    private void lay(String name) {
        MaildirBuilder.at(root.resolve(name).resolve("anna/Maildir"))
                .message(NAME, MaildirBuilder.text(1, ARRIVED).getBytes(StandardCharsets.UTF_8), ARRIVED);
    }
}
