package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A small trial with Postfix: 300 messages, and one kill while they come. */
class PostfixTest {
    @Test
    void losesNothingWhenTheServerIsKilled() throws Exception {
        String missing = Postfix.missing();
        ExternalProgram.assume(missing.isEmpty(), missing);
        Path folder = Files.createTempDirectory("postfix");
        PostfixTrial.Result result = PostfixTrial.run(folder, 300, 1);
        assertThat(result.missing()).isEmpty();
        assertThat(result.findings()).isEmpty();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(file);
            }
        }
    }
}
