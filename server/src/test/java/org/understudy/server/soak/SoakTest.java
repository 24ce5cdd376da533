package org.understudy.server.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.clients.ServerUnderClients;

/** The soak's short form; {@code benchmarks/soak} is the long one. */
class SoakTest {
    private static final long SEED = 20261122;

    @TempDir
    Path folder;

    @Test
    void serverAgreesWithTheModel() throws Exception {
        try (ServerUnderClients server = ServerUnderClients.start(folder.resolve("data"))) {
            Soak.Outcome outcome = new Soak(server, SEED, Duration.ofSeconds(20)).run();
            System.out.print(Soak.text(outcome));
            assertThat(outcome.done().keySet())
                    .as("what was done")
                    .contains(
                            World.Act.APPEND,
                            World.Act.STORE,
                            World.Act.SEARCH,
                            World.Act.SELECT,
                            World.Act.FETCH_BODY);
            assertThat(outcome.heapGrowth()).as("octets by which the heap grew").isLessThan(32 << 20);
        }
    }
}
