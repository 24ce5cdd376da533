package org.understudy.server.scrub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.scrub.ScrubState.Present;
import org.understudy.server.scrub.ScrubState.Stage;
import org.understudy.server.scrub.ScrubState.Tally;

class ScrubStateTest {
    @TempDir
    Path folder;

    /** What version 1 wrote, octet for octet; it must be read for ever. */
    private static final String GOLDEN = """
            {"format":"understudy-scrub","version":1,"sha256":"9ad6a9c73f3125a195fc05e3f1994175d7fde90e796588b079761db2fa1cad4d"}
            {"store":"s 1","last":{"begun":"2026-05-01T00:00:00Z","ended":"2026-05-02T00:00:00Z","tally":{"tables":3,"tableOctets":300,"gone":1,"mailboxes":2,"messages":20,"expunged":4,"bodies":22,"bodyOctets":4000,"found":1,"findings":[{"user":"alice","mailbox":"INBOX","uids":"7","files":"000012.sst","what":"its body"}]}},"now":{"begun":"2026-05-08T00:00:00Z","stage":"MAILBOXES","next":5,"through":99,"octets":9000,"tally":{"tables":0,"tableOctets":0,"gone":0,"mailboxes":0,"messages":0,"expunged":0,"bodies":0,"bodyOctets":0,"found":0,"findings":[]}}}
            """;

    private static ScrubState state() {
        Tally tally = new Tally(
                3,
                300,
                1,
                2,
                20,
                4,
                22,
                4000,
                1,
                List.of(new ScrubStatus.Finding("alice", "INBOX", "7", "000012.sst", "its body")));
        return new ScrubState(
                "s 1",
                new ScrubState.Pass(
                        Instant.parse("2026-05-01T00:00:00Z"), Instant.parse("2026-05-02T00:00:00Z"), tally),
                new Present(Instant.parse("2026-05-08T00:00:00Z"), Stage.MAILBOXES, 5, 99, 9000, Tally.NONE));
    }

    @Test
    void fileHasTheBytesOfTheDocument() throws Exception {
        state().write(folder);
        assertThat(Files.readString(folder.resolve("scrub.json"))).isEqualTo(GOLDEN);
    }

    @Test
    void fileOfVersionOneIsReadAndOneOfAnotherStoreIsNot() throws Exception {
        Files.writeString(folder.resolve("scrub.json"), GOLDEN);
        assertThat(ScrubState.read(folder, "s 1")).isEqualTo(state());
        assertThat(ScrubState.read(folder, "s 2")).isEqualTo(new ScrubState("s 2", null, null));
    }
}
