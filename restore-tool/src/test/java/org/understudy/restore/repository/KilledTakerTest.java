package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledTakerTest {
    @TempDir
    private Path root;

    private MailFixture mail;

    @BeforeEach
    void makeMail() throws Exception {
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 50, 2000);
        mail.take();
        mail.deliver("ben", "INBOX", 50, 2000);
    }

    @AfterEach
    void close() {
        mail.close();
    }

    /** Takes a snapshot in a process of its own that ends at {@code step}. */
    private void killAt(Step step, int time) throws Exception {
        mail.whileClosed(() -> {
            Path output = root.resolve("output.txt");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            String.join(File.pathSeparator, System.getProperty("java.class.path")),
                            TakingProcess.class.getName(),
                            mail.data().toString(),
                            mail.repository().toString(),
                            step.name(),
                            Integer.toString(time))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor())
                    .as("%s: %s", step, Files.readString(output))
                    .isEqualTo(TakingProcess.KILLED);
        });
    }

    @Test
    void killedAtAnyStepLeavesASoundRepositoryAndTheNextSnapshotCleansUp() throws Exception {
        int before = Repository.open(mail.repository()).snapshotIds().size();
        for (Step step : Step.values()) {
            killAt(step, step == Step.OBJECT_STORED ? 2 : 1);
            List<String> ids = Repository.open(mail.repository()).snapshotIds();
            boolean written = step.compareTo(Step.MANIFEST_WRITTEN) >= 0;
            assertThat(ids).as("killed at %s", step).hasSize(written ? before + 1 : before);
            assertThat(mail.verify(true).findings()).as("killed at %s", step).isEmpty();
            before = ids.size();
        }
        TakeSnapshot.Result next = mail.take();
        assertThat(next.messages()).isEqualTo(mail.ledger.size());
        VerifyRepository.Result result = mail.verify(true);
        assertThat(result.findings()).isEmpty();
        assertThat(mail.data().resolve("snapshot-in-progress")).doesNotExist();
        try (Stream<Path> files = Files.walk(mail.repository())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.startsWith(".")))
                    .isEmpty();
        }
        try (Stream<Path> files = Files.list(mail.repository().resolve("snapshots"))) {
            assertThat(files).hasSize(2 * snapshots());
        }
    }

    private int snapshots() {
        return Repository.open(mail.repository()).snapshotIds().size();
    }
}
