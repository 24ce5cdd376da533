package org.understudy.restore.repository.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DirectoryBackendTest extends BackendContract {
    private Path folder() {
        return root.resolve("repository");
    }

    @Override
    protected Backend open() {
        return new DirectoryBackend(folder());
    }

    @Override
    protected void flip(String name, long offset) throws Exception {
        Path file = folder().resolve(name);
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile stored = new RandomAccessFile(file.toFile(), "rw")) {
            stored.seek(offset);
            int was = stored.read();
            stored.seek(offset);
            stored.write(was ^ 1);
        }
    }

    @Override
    protected void cut(String name, long size) throws Exception {
        Path file = folder().resolve(name);
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile stored = new RandomAccessFile(file.toFile(), "rw")) {
            stored.setLength(size);
        }
    }

    private String mode(String name) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder().resolve(name)));
    }

    @Test
    void everybodyMayReadKeysAndTheFormatAndTheGroupTheRest() throws Exception {
        Backend backend = open();
        backend.put("format.json", new byte[1], Existing.REFUSE);
        backend.put("keys/a.pub", new byte[1], Existing.REFUSE);
        backend.put("snapshots/a.json", new byte[1], Existing.REFUSE);
        backend.put("objects/ab/ab", new byte[1], Existing.REFUSE);
        assertThat(mode("format.json")).isEqualTo("r--r--r--");
        assertThat(mode("keys/a.pub")).isEqualTo("r--r--r--");
        assertThat(mode("snapshots/a.json")).isEqualTo("r--r-----");
        assertThat(mode("objects/ab/ab")).isEqualTo("r--r-----");
    }

    @Test
    void whatAKilledWriterLeftIsRemovedAndNothingElse() throws Exception {
        Backend backend = open();
        backend.put("objects/ab/ab12", new byte[7], Existing.REFUSE);
        backend.put("logs/2026/05", new byte[7], Existing.REFUSE);
        Files.write(folder().resolve("objects/.tmp-cd34"), new byte[3]);
        Files.write(folder().resolve("logs/2026/.06.tmp"), new byte[3]);
        Files.write(folder().resolve(".format.json.tmp"), new byte[3]);
        Files.write(folder().resolve(".of-the-admin"), new byte[3]);
        assertThat(backend.list("")).hasSize(2);
        assertThat(backend.removeLeftovers()).isEqualTo(3);
        try (Stream<Path> files = Files.walk(folder())) {
            assertThat(files.filter(Files::isRegularFile)
                            .map(file -> folder().relativize(file).toString()))
                    .containsExactlyInAnyOrder("objects/ab/ab12", "logs/2026/05", ".of-the-admin");
        }
    }
}
