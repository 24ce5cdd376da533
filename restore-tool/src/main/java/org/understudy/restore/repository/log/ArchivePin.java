package org.understudy.restore.repository.log;

import com.fasterxml.jackson.core.JacksonException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.understudy.restore.repository.Json;
import org.understudy.restore.repository.Refusal;

/**
 * What was last carried away from this machine, noted in the keys folder as {@code archived-<repository id>.json}: without
 * it, a repository from which the newest segments were removed would look whole. It also says up to which moment nothing
 * more has happened since.
 */
record ArchivePin(String repositoryId, long number, String headSha256, Instant upTo) {
    static Optional<ArchivePin> read(Path keys, String repositoryId) {
        Path file = file(keys, repositoryId);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), ArchivePin.class));
        } catch (JacksonException e) {
            throw Refusal.repository(
                    file + " cannot be read: " + e.getOriginalMessage(),
                    "Remove it, then run 'understudy repo verify'; the next archiving writes it anew.");
        } catch (IOException e) {
            throw Refusal.io("reading", file, e);
        }
    }

    void write(Path keys) throws IOException {
        Path file = file(keys, repositoryId);
        Files.createDirectories(keys);
        Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
        try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
            out.write(Json.MAPPER.writeValueAsBytes(this));
            out.getFD().sync();
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Path file(Path keys, String repositoryId) {
        return keys.resolve("archived-" + repositoryId + ".json");
    }
}
