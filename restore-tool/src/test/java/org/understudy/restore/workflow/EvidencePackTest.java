package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.Steps;
import org.understudy.restore.pack.PackRestore;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.Signer;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/** Packs of good and of tampered evidence, as verify.sh judges them with sha256sum, openssl and jq. */
class EvidencePackTest {
    private static final GeneratedSource SOURCE = GeneratedSource.random(21, 160, false);

    @TempDir
    static Path shared;

    /** Merged, undone, planned and merged again. */
    private static Path pack;

    private static Path key;
    private static PackRestore.Result result;
    private static Path late;

    @TempDir
    Path folder;

    private Path copy;

    @BeforeAll
    static void packARestore() throws Exception {
        Path data = shared.resolve("data");
        try (Rehearsal on = new Rehearsal(data, SOURCE, Steps.UNWATCHED)) {
            LiveHistory.make(on, SOURCE, new Random(21));
            String id = on.stage();
            assertThatThrownBy(() -> pack(on, id, "early")).isInstanceOfSatisfying(OperatorException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
                assertThat(e.hint()).contains("restore validate " + id);
            });
            on.validate(id);
            on.carryOut(id, MergePolicy.defaults());
            on.undo(id);
            on.carryOut(id, MergePolicy.defaults());
            result = pack(on, id, "one.tar.gz");
            PackRestore.Result again = pack(on, id, "two.tar.gz");
            assertThat(again.sha256()).as("the same evidence, the same bytes").isEqualTo(result.sha256());
            pack = Path.of(result.file());
            packAfterTheShadow(on, id);
            key = shared.resolve("trusted.pem");
            Files.writeString(key, Signer.of(on.workplace.keys()).publicKey());
        }
    }

    /** The verdicts outlive the shadow: the pack of the day after is the pack of the day before, but for the log. */
    private static void packAfterTheShadow(Rehearsal on, String id) throws Exception {
        Clock later = Clock.offset(on.workplace.clock(), Duration.ofDays(30));
        assertThat(new ShadowExpiry(on.workplace.shadows(), on.workplace.restores(), Duration.ofDays(14), later)
                        .sweep())
                .containsExactly(id);
        assertThat(on.workplace.shadows().resolve(id).resolve(ShadowStore.STORE))
                .doesNotExist();
        PackRestore.Result after = pack(on, id, "after.tar.gz");
        assertThat(after.verdicts()).isEqualTo(result.verdicts());
        late = Path.of(after.file());
    }

    private static PackRestore.Result pack(Rehearsal on, String id, String name) throws Exception {
        return new PackRestore()
                .run(new PackRestore.Request(id, shared.resolve(name).toString()), on.workplace, Progress.SILENT);
    }

    @BeforeEach
    void unpack() throws Exception {
        for (String tool : List.of("sha256sum", "openssl", "jq", "tar")) {
            assumeTrue(run(List.of("sh", "-c", "command -v " + tool)).status() == 0, tool + " is not installed");
        }
        assertThat(run(List.of("tar", "-xzf", pack.toString(), "-C", folder.toString()))
                        .status())
                .isZero();
        copy = folder.resolve("evidence-" + result.id());
    }

    private record Ran(int status, String output) {}

    private Ran run(List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "output", "");
        int status = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        return new Ran(status, Files.readString(output));
    }

    private Ran verify() throws Exception {
        return run(List.of("sh", copy.resolve("verify.sh").toString(), "-k", key.toString(), copy.toString()));
    }

    private void bad(String... said) throws Exception {
        Ran ran = verify();
        assertThat(ran.output()).contains(said);
        assertThat(ran.output().strip().lines().toList().getLast()).startsWith("BAD: ");
        assertThat(ran.status()).isEqualTo(1);
    }

    private void edit(String name, String from, String to) throws IOException {
        Path file = copy.resolve(name);
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replaceFirst(java.util.regex.Pattern.quote(from), to));
    }

    /** Makes the list of digests anew, as one would who hides a change. */
    private void resum() throws IOException {
        StringBuilder sums = new StringBuilder();
        try (Stream<Path> files = Files.walk(copy)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                String name = copy.relativize(file).toString();
                if (!name.startsWith("SHA256SUMS")) {
                    sums.append(Digest.of(Digest.sha256().digest(Files.readAllBytes(file))))
                            .append("  ")
                            .append(name)
                            .append('\n');
                }
            }
        }
        Files.writeString(copy.resolve("SHA256SUMS"), sums);
    }

    @Test
    void aGoodPackPassesEveryCheck() throws Exception {
        Ran ran = verify();
        assertThat(ran.output()).doesNotContain("FAIL");
        assertThat(ran.output())
                .contains(
                        "the one that you trust",
                        "ok    signature: ",
                        "ok    digests: ",
                        "ok    verdicts: ",
                        "ok    approval 1: ",
                        "ok    merged 1: ",
                        "ok    digests 1: ",
                        "ok    proof 1: it passed",
                        "ok    undo 1: ",
                        "ok    undo proof 1: it passed",
                        "ok    proof 2: it passed");
        assertThat(ran.output().strip().lines().toList().getLast()).isEqualTo("GOOD: every check passed");
        assertThat(ran.status()).isZero();
        Ran archive = run(List.of("sh", copy.resolve("verify.sh").toString(), pack.toString()));
        assertThat(archive.output()).contains("note  key: ", "GOOD: every check passed");
        assertThat(archive.status()).isZero();
    }

    @Test
    void theVerdictsOutliveTheShadow() throws Exception {
        byte[] before = Files.readAllBytes(copy.resolve("verdicts.jsonl"));
        assertThat(run(List.of("tar", "-xzf", late.toString(), "-C", folder.toString()))
                        .status())
                .isZero();
        assertThat(copy.resolve("verdicts.jsonl")).hasBinaryContent(before);
        assertThat(verify().status()).isZero();
    }

    @Test
    void anUndoThatWasCutShortIsNoGoodPack() throws Exception {
        edit("pack.json", "\"state\":\"merged\"", "\"state\":\"undoing\"");
        resum();
        bad("FAIL  undo 2: it was begun and not ended when this was packed");
    }

    @Test
    void holdsNoMessageContent() throws Exception {
        try (Stream<Path> files = Files.walk(copy)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain("Subject: seed")
                        .doesNotContain("@example.org>");
            }
        }
        assertThat(result.verdicts())
                .isEqualTo(Files.readAllLines(copy.resolve("verdicts.jsonl")).size())
                .isGreaterThan(100);
    }

    @Test
    void findsAChangedVerdict() throws Exception {
        edit("verdicts.jsonl", "\"verdict\":\"suspect\"", "\"verdict\":\"proven\"");
        bad("FAIL  digests: verdicts.jsonl: FAILED", "FAIL  verdicts: ", "are suspect, the report says");
    }

    @Test
    void findsAPlanThatWasSwapped() throws Exception {
        edit("plan-2.json", "\"size\":", "\"size\":1");
        bad("FAIL  approval 2: ada approved plan ", "FAIL  receipt 2: it is of plan ");
    }

    @Test
    void findsAReceiptThatWasEditedWithItsDigestMadeAnew() throws Exception {
        edit("receipt-2.json", "\"fromUid\":", "\"fromUid\":9");
        resum();
        bad("FAIL  signature: SHA256SUMS is not signed by key ", "ok    digests: ", "FAIL  merged 2: shadow message ");
    }

    @Test
    void findsAMissingFile() throws Exception {
        Files.delete(copy.resolve("proof-merge-1.json"));
        bad("FAIL  digests: ", "FAIL  proof 1: the file proof-merge-1.json is missing");
    }

    @Test
    void findsAFileThatNobodySignedFor() throws Exception {
        Files.writeString(copy.resolve("more.txt"), "more");
        bad("FAIL  files: not signed for: more.txt");
    }

    @Test
    void findsAProofThatWasMadeToPass() throws Exception {
        edit("proof-merge-2.json", "\"verdict\":\"PASSED\"", "\"verdict\":\"FAILED\"");
        bad("FAIL  proof 2: it has no good signature", "FAIL  proof 2: its verdict is FAILED");
    }

    @Test
    void findsADigestThatIsNotTheVerdicts() throws Exception {
        String verdicts = Files.readString(copy.resolve("verdicts.jsonl"));
        Files.writeString(
                copy.resolve("verdicts.jsonl"),
                verdicts.replaceAll("\"digest\":\"[0-9a-f]{8}", "\"digest\":\"00000000"));
        bad("FAIL  digests 1: shadow message ", "the verdict is about 00000000");
    }

    @Test
    void findsAPackThatSomebodyElseSigned() throws Exception {
        Signer stranger = Signer.of(folder.resolve("keys"));
        edit("undo-1.json", "\"gone\":0", "\"gone\":1");
        Files.writeString(copy.resolve("public-key.pem"), stranger.publicKey());
        resum();
        Files.write(copy.resolve("SHA256SUMS.sig"), stranger.sign(Files.readAllBytes(copy.resolve("SHA256SUMS"))));
        bad(
                String.format(Locale.ROOT, "FAIL  key: the pack names key %s", stranger.keyId()),
                "FAIL  signature: ",
                "FAIL  undo 1: it does not add up");
    }
}
