package org.understudy.server.coverage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.ledger.Fault;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerKey;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.Outcome;
import org.understudy.server.ledger.Sums;
import org.understudy.server.tls.IssuingAuthority;
import org.understudy.storage.OperatorException;

final class ReportTest {
    private static final Instant NOW = Instant.parse("2026-05-27T02:00:00Z");

    @TempDir
    Path folder;

    private static LedgerRow login(String host, String user, String client) {
        return new LedgerRow(
                new LedgerKey("imaps", 993, host, user, client, "", "", "", Fault.NONE, Outcome.LOGGED_IN),
                NOW,
                NOW,
                2);
    }

    private static Plan plan() {
        return Planner.plan(new PlanInputs(
                new LedgerContent(
                        NOW,
                        List.of(
                                login("imap.a.example", "anna", "Mail 1"),
                                login("imap.b.example", "<script>alert(1)</script>", ""),
                                login("imap.b.example", "=1+1", ""),
                                login("imap.c.example", "carl", "")),
                        Sums.NONE,
                        0),
                new TreeSet<>(),
                new TreeSet<>(),
                List.of(),
                new PlanInputs.Resellers(
                        Map.of("a.example", "A & Sons/../", "b.example", "Brand \"B\"", "c.example", "a & sons/../")),
                NOW));
    }

    @Test
    void eachResellerGetsItsOwnUsersAlone() throws Exception {
        List<ReportFolder.Part> parts = ReportFolder.write(plan(), Notice.standard(), folder);
        assertThat(parts).extracting(ReportFolder.Part::file).containsExactly("A_Sons_.._", "Brand_B_", "a_sons_.._-2");
        String page = Files.readString(folder.resolve("Brand_B_.html"));
        assertThat(page)
                .contains("Brand &quot;B&quot;: 2 users will be warned", "&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain("<script", "anna", "carl")
                .contains("default-src 'none'; style-src 'sha256-");
        assertThat(page).doesNotContainPattern("(src|href)=").doesNotContain("style=\"");
        assertThat(Files.readString(folder.resolve("Brand_B_.csv"))).isEqualTo("""
                        domain,host,user,why,clients,logins,last
                        b.example,imap.b.example,<script>alert(1)</script>,no certificate for this name,,2,2026-05-27T02:00:00Z
                        b.example,imap.b.example,'=1+1,no certificate for this name,,2,2026-05-27T02:00:00Z
                        """);
        assertThat(Files.readString(folder.resolve("A_Sons_.._.txt")))
                .contains("Dear A & Sons/../,", "on 2026-05-27", "1 of your users", "imap.a.example")
                .doesNotContain("{");
        assertThat(Files.readString(folder.resolve("index.html"))).contains("4 of 4 users will be warned");
    }

    @Test
    void lettersAreFilledAndFaultsInThemSaid() throws Exception {
        Path letter = Files.writeString(folder.resolve("letter.txt"), "{users} of {reseller} at {names} ($1 {x y})\n");
        ReportFolder.write(plan(), Notice.read(letter), folder.resolve("out"));
        assertThat(Files.readString(folder.resolve("out/Brand_B_.txt")))
                .isEqualTo("2 of Brand \"B\" at imap.b.example ($1 {x y})\n");
        Files.writeString(letter, "Dear {customer}, {user}\n");
        assertThatThrownBy(() -> Notice.read(letter))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("nothing is known for {customer}, {user}");
    }

    @Test
    void certificatesAreFoundInFoldersWithoutTheirAuthorities() throws Exception {
        IssuingAuthority ca = new IssuingAuthority("Test");
        Files.createDirectories(folder.resolve("live/one"));
        IssuingAuthority.write(folder.resolve("live/one/fullchain.pem"), ca.issue("one.example", "*.one.example"));
        IssuingAuthority.write(folder.resolve("live/two.crt"), ca.issue("two.example"));
        ca.write(folder.resolve("live/ca.pem"));
        Files.writeString(folder.resolve("live/notes.txt"), "hello");
        List<CertificateAtHand> found = CertificateFolder.read(List.of(folder.resolve("live")));
        assertThat(found)
                .extracting(one -> one.names().dns())
                .containsExactly(List.of("one.example", "*.one.example"), List.of("two.example"));
        assertThatThrownBy(() -> CertificateFolder.read(List.of(folder.resolve("live/ca.pem"))))
                .hasMessageContaining("no certificate of a server in it");
        assertThatThrownBy(() -> CertificateFolder.read(List.of(folder.resolve("none.pem"))))
                .hasMessageContaining("no such file");
    }
}
