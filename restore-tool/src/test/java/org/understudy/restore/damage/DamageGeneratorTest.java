package org.understudy.restore.damage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.maildir.MaildirBuilder;

class DamageGeneratorTest {
    @TempDir
    Path folder;

    @Test
    void theSameSeedDoesTheSameDamageAndTheLedgerNamesIt() throws Exception {
        Path tree = folder.resolve("tree");
        for (String user : List.of("ana", "ben")) {
            MaildirBuilder mails = MaildirBuilder.at(tree.resolve(user + "/Maildir"));
            for (int i = 0; i < 80; i++) {
                mails.message("cur/170000%04d.M1P1.host:2,S".formatted(i));
            }
        }
        List<LedgerLine> one = DamageGenerator.make(tree, folder.resolve("one"), 7, 1);
        assertThat(DamageGenerator.make(tree, folder.resolve("two"), 7, 1)).isEqualTo(one);
        assertThat(one).hasSizeGreaterThan(15).extracting(LedgerLine::kind).doesNotHaveDuplicates();
        assertThat(folder.resolve("one.ledger.jsonl")).hasSameTextualContentAs(folder.resolve("two.ledger.jsonl"));
        assertThat(Files.readAllLines(folder.resolve("one.ledger.jsonl"))).hasSameSizeAs(one);
        for (LedgerLine line : one) {
            if (line.to() > 0 && line.evidence() != Evidence.EMPTY) {
                assertThat(folder.resolve("one").resolve(line.was()))
                        .as(line.kind())
                        .isRegularFile()
                        .satisfies(file -> assertThat(Files.mismatch(file, tree.resolve(line.was())))
                                .as(line.kind())
                                .isEqualTo(line.from()));
            }
        }
    }
}
