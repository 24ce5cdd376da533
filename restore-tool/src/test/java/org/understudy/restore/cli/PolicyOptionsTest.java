package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import picocli.CommandLine;

class PolicyOptionsTest {
    private static MergePolicy policy(String... words) {
        PolicyOptions options = new PolicyOptions();
        new CommandLine(options).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
        return options.policy();
    }

    @Test
    void isThePlannersOwnPolicyWhereNothingIsSaid() {
        assertThat(policy()).isEqualTo(MergePolicy.defaults());
    }

    @Test
    void takesBothDaysWhole() {
        MergePolicy policy = policy("--since", "2026-01-01", "--until", "2026-05-31");
        assertThat(policy.from()).isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(policy.before()).isEqualTo(Instant.parse("2026-06-01T00:00:00Z"));
        assertThat(policy("--until", "2026-05-27T02:00:00Z").before()).isEqualTo(Instant.parse("2026-05-27T02:00:00Z"));
        assertThatThrownBy(() -> policy("--since", "2026-06-01", "--until", "2026-05-31"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--since 2026-06-01 lies after --until 2026-05-31");
    }

    @Test
    void readsEachOption() {
        MergePolicy policy = policy(
                "--verdicts=proven,suspect",
                "--suspect=leave",
                "--quarantine=Held",
                "--same=digest",
                "--flags=union",
                "--target=restored",
                "--restored=Back.{mailbox}",
                "--user=anna",
                "--map=bob=robert",
                "--mailbox=INBOX",
                "--mailbox=Sent*",
                "--include-expunged",
                "--keyword-restored",
                "--skip-empty-mailboxes");
        assertThat(policy.verdicts()).containsExactly(Verdict.PROVEN, Verdict.SUSPECT);
        assertThat(policy.suspect()).isEqualTo(MergePolicy.Suspect.LEAVE);
        assertThat(policy.quarantine()).isEqualTo("Held");
        assertThat(policy.duplicates()).isEqualTo(MergePolicy.Duplicates.DIGEST);
        assertThat(policy.flags()).isEqualTo(MergePolicy.FlagChoice.UNION);
        assertThat(policy.target()).isEqualTo(MergePolicy.Target.APART);
        assertThat(policy.restored()).isEqualTo("Back.{mailbox}");
        assertThat(policy.users()).containsExactly("anna");
        assertThat(policy.userMap()).isEqualTo(Map.of("bob", "robert"));
        assertThat(policy.mailboxes()).containsExactly("INBOX", "Sent*");
        assertThat(policy.includeExpunged()).isTrue();
        assertThat(policy.markRestored()).isTrue();
        assertThat(policy.skipEmptyMailboxes()).isTrue();
    }

    @Test
    void neverMergesDamagedMail() {
        assertThatThrownBy(() -> policy("--verdicts=damaged"))
                .isInstanceOf(OperatorException.class)
                .hasMessage("--verdicts names damaged, and damaged messages are never merged");
    }
}
