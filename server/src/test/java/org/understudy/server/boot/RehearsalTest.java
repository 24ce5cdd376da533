package org.understudy.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.server.tls.TestCertificates;
import org.understudy.server.tls.TlsEngine;

/** The server's session with itself. */
final class RehearsalTest {
    @TempDir
    private Path data;

    private final CertificateDirectory certificates =
            new CertificateDirectory(TestCertificates.DEFAULT, TlsEngine.JAVA);

    @Test
    void eachKindOfCommandIsAnsweredAndNothingIsLeft() throws Exception {
        Path left = Files.createDirectories(data.resolve("rehearsal/store"));
        Files.writeString(left.resolve("CURRENT"), "of a server that was killed");
        assertThat(new Rehearsal(data, certificates).rehearse()).isGreaterThan(25);
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void itEndsSoonWhenTheServerDoes() throws Exception {
        Rehearsal rehearsal = new Rehearsal(data, certificates);
        rehearsal.start();
        while (Files.notExists(data.resolve("rehearsal/spool"))) {
            Thread.sleep(1);
        }
        rehearsal.close();
        assertThat(data).isEmptyDirectory();
        new Rehearsal(data, certificates).close();
    }
}
