package org.understudy.restore.repository.backend.encrypted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.BackendContract;
import org.understudy.restore.repository.backend.ByteMeter;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.restore.repository.backend.Payload;
import org.understudy.restore.repository.backend.s3.S3Server;

class EncryptedS3Test extends BackendContract {
    private S3Server server;

    private Path keyFile() {
        return root.resolve("master.key");
    }

    @Override
    protected EncryptedBackend open() throws Exception {
        if (server == null) {
            server = new S3Server(root);
            MasterKey.make(keyFile());
        }
        return new EncryptedBackend(server.open(), keyFile(), Clock.systemUTC());
    }

    @AfterEach
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    private Path stored(String name) throws Exception {
        try (EncryptedBackend backend = open()) {
            return server.file(backend.keys().find().orElseThrow().sealName(name));
        }
    }

    @Override
    protected void flip(String name, long offset) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(stored(name).toFile(), "rw")) {
            file.seek(offset);
            int was = file.read();
            file.seek(offset);
            file.write(was ^ 1);
        }
    }

    @Override
    protected void cut(String name, long size) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(stored(name).toFile(), "rw")) {
            file.setLength(size);
        }
    }

    @Test
    void anUploadThatWasCutShortGoesOnUnderEncryption() throws Exception {
        byte[] bytes = noise((18 << 20) + 5, 7);
        String name = objectName(bytes);
        try (Backend first = open()) {
            server.partsLeft.set(2);
            assertThat(catchThrowable(() -> first.put(name, Payload.of(bytes), Existing.REPLACE, ByteMeter.SILENT)))
                    .isNotNull();
        }
        server.partsLeft.set(-1);
        try (Backend second = open()) {
            second.put(name, Payload.of(bytes), Existing.REPLACE, ByteMeter.SILENT);
            assertThat(server.parts.get()).as("parts sent in all, of 4").isEqualTo(4);
            assertThat(second.read(name)).isEqualTo(bytes);
        }
        assertThat(Files.exists(server.file(name))).isFalse();
    }
}
