package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.cli.RestoreShell.Said;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/** A table of the live store rots, then one of the repository, as an administrator meets it. */
@Timeout(300)
class RottenBackupStoryTest {
    @TempDir
    Path folder;

    private RestoreShell shell;

    @BeforeEach
    void makeMail() throws Exception {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        Files.writeString(
                folder.resolve("understudy.conf"),
                Files.readString(folder.resolve("understudy.conf")) + "\nretention.keep-last = 2\n");
        shell.typing("correct horse", "user", "add", "canary1", "--password-stdin")
                .exits(0);
        shell.run("canary", "add", "canary1").exits(0);
        shell.run("snapshot").exits(0);
    }

    private static Path largest(Path under, String suffix) throws IOException {
        try (Stream<Path> files = Files.walk(under)) {
            return files.filter(file -> file.toString().endsWith(suffix) && Files.isRegularFile(file))
                    .max(Comparator.comparingLong(file -> file.toFile().length()))
                    .orElseThrow();
        }
    }

    /** The largest table of the live store, once RocksDB has stopped to write it anew after the log was replayed. */
    private Path settled() throws IOException {
        Path before = folder;
        for (int round = 0; round < 20; round++) {
            shell.run("snapshot").exits(0);
            Path now = largest(folder.resolve("data/store/db"), ".sst");
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw new AssertionError("the largest table is another one after each of 20 snapshots");
    }

    private Path object(Path table) throws IOException {
        String sha256 =
                Digest.of(Digest.sha256().digest(Files.readAllBytes(table))).toString();
        return folder.resolve("repository/objects")
                .resolve(sha256.substring(0, 2))
                .resolve(sha256);
    }

    private static void flip(Path file) throws IOException {
        assertThat(file.toFile().setWritable(true)).isTrue();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void rottenLiveTableStopsSnapshotAndPruneUntilAPersonReleasesTheHold() throws Exception {
        shell.run("repo", "hold").exits(0).says("No incident hold is on");
        shell.run("snapshot").exits(0);
        shell.run("snapshot").exits(0);
        Path table = largest(folder.resolve("data/store/db"), ".sst");
        flip(table);

        shell.run("snapshot")
                .exits(Reason.UNSOUND.exitCode())
                .complains(
                        table.getFileName().toString(),
                        "(body)",
                        "canary1 Canary UID ",
                        "Nothing was copied",
                        "HINT: ",
                        "rotted-backup.md");
        assertThat(shell.run("repo", "hold").exits(0).out())
                .contains("INCIDENT HOLD", "by snapshot (automatically)", "canary1", "Canary");
        shell.run("repo", "list").exits(0).says("INCIDENT HOLD");
        shell.run("repo", "prune").exits(Reason.CONFLICT.exitCode()).complains("nothing was pruned", "repo release");
        shell.run("repo", "prune", "--dry-run").exits(0).says("1 would be removed, 2 kept");
        shell.run("repo", "release", "--because", "x").exits(Reason.USAGE.exitCode());
        shell.run("repo", "release", "--by", "zoe", "--because", " ").exits(Reason.USAGE.exitCode());
        flip(table);
        shell.run("repo", "release", "--by", "zoe", "--because", "memory replaced")
                .exits(0)
                .says("is over");
        Said over = shell.run("repo", "hold").exits(0).says("No incident hold is on", "zoe", "memory replaced");
        assertThat(over.out()).doesNotContain("INCIDENT");
        shell.run("repo", "prune").exits(0).says("1 removed, 2 kept");
        shell.run("repo", "verify", "--full").exits(0).says("Sound");
        shell.run("repo", "list").exits(0).says("1 snapshot pruned");
    }

    @Test
    void rottenObjectIsFoundInPartsAndByTheNextSnapshotAlsoThroughARunningServer() throws Exception {
        try (AutoCloseable server = shell.serve()) {
            assertThat(server).isNotNull();
            flip(object(settled()));
            int unsound = 0;
            for (int part = 1; part <= 3; part++) {
                unsound += shell.run("repo", "verify", "--read-data-subset", "next/3")
                                        .says("of part " + part + "/3")
                                        .exitCode()
                                == 0
                        ? 0
                        : 1;
            }
            assertThat(unsound).isEqualTo(1);
            shell.run("status").exits(0).says("INCIDENT HOLD", "repo verify");
            shell.run("snapshot").exits(3).says("WARNING: object ", "was damaged", "is replaced");
            shell.run("repo", "verify", "--full").exits(0).says("Sound");
            shell.run("repo", "hold", "--because", "ticket 4711", "--by", "max").exits(0);
            shell.run("repo", "hold").exits(0).says("ticket 4711", "by max");
            shell.run("repo", "release", "--by", "zoe", "--because", "mended").exits(0);
            assertThat(shell.run("status").exits(0).out()).doesNotContain("INCIDENT");
        }
        shell.run("repo", "verify", "--read-data-subset", "4/3")
                .exits(Reason.USAGE.exitCode())
                .complains("'4/3'");
        shell.run("repo", "verify", "--full", "--read-data-subset", "1/3").exits(Reason.USAGE.exitCode());
    }
}
