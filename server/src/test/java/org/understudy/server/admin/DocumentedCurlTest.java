package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The lines of docs/api.md that can be copied. */
@Timeout(240)
class DocumentedCurlTest {
    @TempDir
    Path data;

    @Test
    void theExamplesWork() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "there is no curl on this machine");
        String text = Files.readString(Path.of("..", "docs", "api.md"));
        int begin = text.indexOf("```sh\n") + "```sh\n".length();
        List<String> lines =
                text.substring(begin, text.indexOf("```", begin)).lines().toList();
        assertThat(lines).hasSizeGreaterThan(3);
        try (Served served = Served.in(data)) {
            for (String line : lines) {
                Process curl = new ProcessBuilder(
                                "bash",
                                "-c",
                                "TOKEN=" + served.local + "; API=" + served.base + "; " + line + " -w ' %{http_code}'")
                        .redirectErrorStream(true)
                        .start();
                String answer =
                        new String(curl.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
                assertThat(curl.waitFor()).as(line).isZero();
                assertThat(answer).as(line).matches("(?s)\\{.*} 20[02]");
            }
        }
    }
}
