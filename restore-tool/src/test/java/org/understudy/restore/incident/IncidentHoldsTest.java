package org.understudy.restore.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

class IncidentHoldsTest {
    @TempDir
    private Path temp;

    private Path data;
    private Path repository;

    @BeforeEach
    void folders() throws IOException {
        data = temp.resolve("data");
        repository = temp.resolve("repository");
        Files.createDirectories(data);
        Files.createDirectories(repository);
        Files.writeString(repository.resolve("format.json"), "{}");
    }

    private IncidentHolds holds() {
        return IncidentHolds.of(data, RepositoryPlace.folder(repository), Clock.systemUTC());
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.exists(folder.resolve("holds"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve("holds"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void holdLiesInBothPlacesAndFreezesUntilItIsReleasedByAPerson() throws Exception {
        assertThat(holds().state().frozen()).isFalse();
        holds().requireNone("nothing was pruned");
        IncidentHold hold = holds().set("zoe", "mail of May is missing");
        assertThat(files(data)).hasSize(1);
        assertThat(files(repository)).hasSize(1);
        assertThat(holds().state().on()).containsExactly(hold);
        assertThatThrownBy(() -> holds().requireNone("nothing was pruned"))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
                    assertThat(e).hasMessageContaining("zoe").hasMessageContaining("mail of May is missing");
                    assertThat(e.hint()).contains("repo release");
                });

        assertThat(holds().release("max", "all restored")).containsExactly(hold);

        IncidentHolds.State after = holds().state();
        assertThat(after.frozen()).isFalse();
        assertThat(after.history()).singleElement().satisfies(past -> {
            assertThat(past.hold()).isEqualTo(hold);
            assertThat(past.release().by()).isEqualTo("max");
            assertThat(past.release().because()).isEqualTo("all restored");
            assertThat(past.release().at()).isAfterOrEqualTo(hold.since());
        });
        assertThat(files(data)).as("nothing of the log is lost").hasSize(2);
        assertThatThrownBy(() -> holds().release("max", "again")).isInstanceOf(OperatorException.class);
    }

    @Test
    void pruneFromAnotherMachineSeesIt() throws Exception {
        holds().set("zoe", "x");
        IncidentHolds elsewhere =
                IncidentHolds.of(temp.resolve("other"), RepositoryPlace.folder(repository), Clock.systemUTC());
        assertThat(elsewhere.state().frozen()).isTrue();
        elsewhere.release("max", "y");
        assertThat(elsewhere.state().frozen()).isFalse();
        assertThat(holds().state().frozen())
                .as("where it was set, it stays on until it is released there")
                .isTrue();
    }

    @Test
    void holdThatCouldNotReachTheRepositoryGetsThereLater() throws Exception {
        Files.delete(repository.resolve("format.json"));
        IncidentHold hold = holds().set("zoe", "the repository's disk is away");
        assertThat(files(repository)).isEmpty();
        Files.writeString(repository.resolve("format.json"), "{}");
        assertThat(holds().state().on()).containsExactly(hold);
        assertThat(files(repository)).hasSize(1);
    }

    @Test
    void lostDataFolderDoesNotEndTheHold() throws Exception {
        IncidentHold hold = holds().set("zoe", "x");
        Files.delete(files(data).getFirst());
        assertThat(holds().state().on()).containsExactly(hold);
    }

    @Test
    void everyChangedByteOfAHoldFileStillHolds() throws Exception {
        holds().set("zoe", "x");
        Files.delete(files(repository).getFirst());
        Files.delete(repository.resolve("format.json"));
        Path file = files(data).getFirst();
        file.toFile().setWritable(true);
        byte[] sound = Files.readAllBytes(file);
        for (int at = 0; at < sound.length; at += 7) {
            byte[] changed = sound.clone();
            changed[at] ^= 1;
            Files.write(file, changed);
            IncidentHolds.State state = holds().state();
            assertThat(state.frozen()).as("byte %s", at).isTrue();
            assertThat(state.unreadable()).as("byte %s", at).hasSize(1);
        }
        Files.write(file, new byte[0]);
        assertThat(holds().state().frozen()).isTrue();
        assertThat(holds().release("max", "looked at it")).hasSize(1);
        assertThat(holds().state().frozen()).isFalse();
    }

    @Test
    void forgedReleaseDoesNotCount() throws Exception {
        IncidentHold hold = holds().set("zoe", "x");
        Files.writeString(data.resolve("holds").resolve(hold.id() + ".released.json"), "{}");
        assertThat(holds().state().frozen()).isTrue();
    }

    @Test
    void sameDamageAgainAddsNothingAndKnownDamageDoesNotFreezeTwice() throws Exception {
        List<Concerned> whose = List.of(new Concerned("anna", "INBOX", 2, "3,7", "cannot be read"));
        IncidentHold first = holds().raise("snapshot", "file 000012.sst", whose);
        assertThat(first.automatic()).isTrue();
        assertThat(holds().raise("snapshot", "file 000012.sst", whose)).isEqualTo(first);
        assertThat(holds().raise("snapshot", "file 000013.sst", whose).id()).isNotEqualTo(first.id());
        assertThat(holds().state().on()).hasSize(2);
        assertThat(holds().release("max", "known")).hasSize(2);
        holds().raiseUnlessReleased("snapshot", "file 000012.sst", whose);
        assertThat(holds().state().frozen()).isFalse();
        holds().raiseUnlessReleased("snapshot", "file 000014.sst", whose);
        assertThat(holds().state().on().getFirst().concerned()).isEqualTo(whose);
    }

    @Test
    void unreachableRepositoryCountsAsHolding() throws Exception {
        Files.createDirectories(repository.resolve("holds"));
        Files.writeString(repository.resolve("holds/20260527T020000000Z-0000.json"), "garbage\n");
        assertThat(holds().state().frozen()).isTrue();
        assertThat(holds().state().text()).contains("20260527T020000000Z-0000.json");
    }

    /** docs/repository-format.md: a line of JSON, and a line with its SHA-256. */
    @Test
    void fileIsWhatTheDocumentSays() throws Exception {
        holds().set("zoe", "x");
        String text = Files.readString(files(repository).getFirst());
        String[] lines = text.split("\n", -1);
        assertThat(lines).hasSize(3);
        assertThat(lines[2]).isEmpty();
        assertThat(lines[0]).startsWith("{\"format\":\"understudy-hold\",\"version\":1,\"content\":{\"id\":");
        assertThat(lines[1])
                .isEqualTo(Digest.of(Digest.sha256().digest(lines[0].getBytes(StandardCharsets.UTF_8)))
                        .toString());
    }
}
