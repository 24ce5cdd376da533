package org.understudy.restore.damage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.validate.Corpus;
import org.understudy.restore.validate.Verdict;

/** What inspection must see of damaged trees of real mail, in few rounds; skipped where there is no corpus. */
class DamageGateTest {
    private static final long SEED = 20_260_527;
    private static final int EACH = 12;

    @TempDir
    Path scratch;

    @Test
    void damageThatLeavesEvidenceIsSeenAndLittleElse() throws Exception {
        Corpus corpus = Corpus.find();
        assumeThat(corpus.present()).as("mail corpus beside the project").isTrue();
        Path sound = DamageBenchmark.unpack(corpus.directory(), scratch.resolve("sound"));
        for (boolean plain : new boolean[] {false, true}) {
            MailTree tree = MailTree.copy(sound, scratch.resolve("tree" + plain), plain);
            TreeTrial trial = new TreeTrial(tree);
            List<Inspected> alarms = trial.clean().items().values().stream()
                    .filter(Inspected::unsound)
                    .toList();
            assertThat(alarms)
                    .as("sound tree, plain %s", plain)
                    .hasSizeLessThanOrEqualTo(tree.mails().size() / 100);
            assertThat(alarms)
                    .as("whole messages called damaged, plain %s", plain)
                    .allMatch(
                            item -> item instanceof Inspected.Message message && message.verdict() == Verdict.SUSPECT);

            TreeTrial.Row all = new TreeTrial.Row("all");
            List<String> unseen = new java.util.ArrayList<>();
            for (TreeTrial.Row row : trial.mixed(TreeDamage.all(), SEED, EACH)) {
                all.add(row);
                row.unseen.forEach(line -> unseen.add(row.kind + ": " + line));
            }
            assertThat(all.damaged(true)).isGreaterThan(200);
            assertThat(all.recall())
                    .as("seed %d, plain %s, unseen %s", SEED, plain, unseen)
                    .isGreaterThanOrEqualTo(0.98);
            // Without sizes, where two messages share a block and nothing tells whose it is, both are doubted.
            assertThat(all.precision())
                    .as("seed %d, plain %s", SEED, plain)
                    .isGreaterThanOrEqualTo(plain ? 0.985 : 0.99);
            assertThat(all.proven)
                    .as("damaged messages called proven, seed %d", SEED)
                    .isZero();
        }
    }
}
