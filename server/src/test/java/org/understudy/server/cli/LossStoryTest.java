package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.understudy.server.cli.RestoreShell.Said;
import org.understudy.storage.keyspace.Family;

/** Mail vanishes behind the store's back, and the server says so before anybody asks. */
@Timeout(300)
class LossStoryTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private RestoreShell shell;

    @BeforeEach
    void makeUsers() throws Exception {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        shell.typing("correct horse", "user", "add", "anna", "--password-stdin").exits(0);
        shell.typing("correct horse", "user", "add", "canary1", "--password-stdin")
                .exits(0);
    }

    private JsonNode loss() throws Exception {
        return JSON.readTree(shell.run("status", "--json").exits(0).out()).at("/server/loss");
    }

    /** Deletes rows through RocksDB, as damage does. */
    private void loseFirstMessages(int count) throws RocksDBException {
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        try (ColumnFamilyOptions plain = new ColumnFamilyOptions();
                DBOptions options = new DBOptions()) {
            List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
            descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, plain));
            for (Family family : Family.values()) {
                descriptors.add(new ColumnFamilyDescriptor(family.nameBytes(), plain));
            }
            try (RocksDB db =
                    RocksDB.open(options, folder.resolve("data/store/db").toString(), descriptors, handles)) {
                ColumnFamilyHandle messages = handles.get(Family.MESSAGE.ordinal() + 1);
                List<byte[]> keys = new ArrayList<>();
                try (RocksIterator rows = db.newIterator(messages)) {
                    for (rows.seekToFirst(); rows.isValid() && keys.size() < count; rows.next()) {
                        keys.add(rows.key());
                    }
                }
                for (byte[] key : keys) {
                    db.delete(messages, key);
                }
                db.syncWal();
                handles.forEach(ColumnFamilyHandle::close);
            }
        }
    }

    @Test
    void withoutASnapshotItSaysWhatToDoFirst() {
        shell.run("loss").exits(8).complains("there is no repository at", "HINT", "understudy snapshot");
        shell.run("loss", "--latest").exits(9).complains("there is no answer");
        shell.run("loss", "--latest", "2026").exits(2).complains("--latest");
        shell.run("canary", "check").exits(0).says("There are no canaries");
        shell.run("canary", "add", "nobody").exits(9).complains("there is no user nobody");
    }

    @Test
    void theServerTellsOfALossUnaskedAndOfItsEnd() throws Exception {
        AutoCloseable server = shell.serve();
        try (server) {
            shell.run("canary", "add", "canary1").exits(0).says("was made with 12 messages");
            shell.run("canary", "check").exits(0).says("All canaries are as they were made", "12 of 12 messages");
            shell.run("snapshot").exits(0);
            await().atMost(Duration.ofMinutes(2)).until(() -> loss().at("/at").isTextual());
            shell.run("status").exits(0).says("loss, compared ", "No message is lost", "canaries: all 1 as made");
        }
        loseFirstMessages(3);
        String before = Files.readString(folder.resolve("data/loss/latest.json"), StandardCharsets.UTF_8);
        AutoCloseable again = shell.serve();
        try (again) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> loss().at("/found").asBoolean());
            assertThat(loss().at("/lost").asLong()).isEqualTo(3);
            assertThat(loss().at("/wrongCanaries").asLong()).isEqualTo(1);
            shell.run("status")
                    .exits(0)
                    .says(
                            "CANARY: 1 canary mailbox of 1 is not as made",
                            "lost 3 messages",
                            "CANARIES: 1 of 1 not as made");
            shell.run("canary", "check").exits(16).says("1 of 1 canary mailbox is NOT as made", "is missing");
        }
        assertThat(Files.readString(folder.resolve("data/loss/latest.json"), StandardCharsets.UTF_8))
                .isNotEqualTo(before);
        Said said = shell.run("loss", "--html", "loss.html")
                .exits(16)
                .says(
                        "lost 3 messages",
                        "Lost by month of arrival (UTC):",
                        "canary1",
                        "Next, for 3 messages of 1 user: understudy restore stage --snapshot ",
                        " --user canary1",
                        "understudy repo verify --full",
                        "What this report cannot see:");
        assertThat(said.err()).contains("The page was written to ");
        assertThat(Files.readString(folder.resolve("loss.html"))).contains("class=\"heat\"", "canary1");
        JsonNode json =
                JSON.readTree(shell.run("loss", "--latest", "--json").exits(16).out());
        assertThat(json.at("/totals/lost").asLong()).isEqualTo(3);
        String[] words = json.at("/next/0/command").asText().split(" ");
        assertThat(words[0]).isEqualTo("understudy");
        String[] stage = java.util.Arrays.copyOfRange(words, 1, words.length);
        shell.run(stage).exits(0).says("is staged");
    }
}
