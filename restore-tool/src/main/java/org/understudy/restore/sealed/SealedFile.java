package org.understudy.restore.sealed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.keyspace.Digest;

/**
 * One kind of file that holds a record: {@code {"format":...,"version":...,"sha256":...}}, a line feed, the record as JSON
 * on one line, a line feed; UTF-8.
 *
 * @param <T> the record
 */
public final class SealedFile<T> {
    private static final ObjectMapper MAPPER = OperationJson.mapper();

    private final String format;
    private final int version;
    private final Class<T> type;

    /**
     * @param format what the first line calls it
     * @param version the only one that is read
     */
    public SealedFile(String format, int version, Class<T> type) {
        this.format = format;
        this.version = version;
        this.type = type;
    }

    /** What is wrong with a file, as a clause that goes on its name. */
    public static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }

    private record Heading(String format, int version, String sha256) {}

    /** The file's text for a record. */
    public String text(T value) {
        try {
            String body = MAPPER.writeValueAsString(value);
            return MAPPER.writeValueAsString(new Heading(format, version, sha256(body))) + "\n" + body + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a " + type.getName() + " as JSON", e);
        }
    }

    /** Replaces a file of a folder, durably. */
    public void write(Path folder, String name, T value) {
        OnDisk.replace(folder, name, text(value));
    }

    /**
     * Empty where there is no such file.
     *
     * @throws DamagedException if it is not such a file, of another version, or was changed
     * @throws org.understudy.storage.OperatorException if it cannot be read
     */
    public Optional<T> read(Path file) throws DamagedException {
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (java.nio.charset.CharacterCodingException e) {
            throw new DamagedException("is no text in UTF-8");
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        return Optional.of(parse(text));
    }

    /** The record in a file's text. */
    public T parse(String text) throws DamagedException {
        int end = text.indexOf('\n');
        try {
            Heading heading = MAPPER.readValue(end < 0 ? text : text.substring(0, end), Heading.class);
            if (!format.equals(heading.format()) || heading.version() != version) {
                throw new DamagedException("expected format " + format + " version " + version + ", found '"
                        + heading.format() + "' version " + heading.version());
            }
            String body = text.substring(end + 1).stripTrailing();
            String found = sha256(body);
            if (!found.equals(heading.sha256())) {
                throw new DamagedException("expected SHA-256 " + heading.sha256() + ", found " + found);
            }
            return MAPPER.readValue(body, type);
        } catch (JsonProcessingException e) {
            throw new DamagedException("is no " + format + " file: " + e.getOriginalMessage());
        }
    }

    private static String sha256(String body) {
        return Digest.of(Digest.sha256().digest(body.getBytes(StandardCharsets.UTF_8)))
                .toString();
    }
}
