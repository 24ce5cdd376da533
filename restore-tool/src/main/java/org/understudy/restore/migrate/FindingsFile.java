package org.understudy.restore.migrate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;

/**
 * What is wrong with a user's mail on the old side: {@code findings}, one JSON object a line, on disk before the message is
 * live. A line may stand there twice after a crash; the last one of a message counts.
 */
final class FindingsFile {
    private static final String NAME = "findings";

    /**
     * One message, or one item that should be.
     *
     * @param key its UID on the old side, or the name of its file
     * @param verdict {@code damaged}, {@code suspect} or {@code missing}
     * @param why one line for each finding; never content
     */
    record Finding(String mailbox, String key, String verdict, List<String> why) {
        static final String MISSING = "missing";
    }

    private final Path file;
    private final Map<String, Finding> all = new LinkedHashMap<>();

    FindingsFile(Path folder) {
        this.file = folder.resolve(NAME);
        read(folder).forEach(this::note);
    }

    /** All of a user's folder. */
    static List<Finding> read(Path folder) {
        List<Finding> found = new ArrayList<>();
        String text = OnDisk.read(folder.resolve(NAME))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("");
        int end = text.lastIndexOf('\n') + 1; // what follows was being written when the machine stopped
        text.substring(0, end).lines().forEach(line -> found.add(RestoreJson.read(line, Finding.class)));
        return found;
    }

    private boolean note(Finding finding) {
        return !finding.equals(all.put(finding.mailbox() + '\0' + finding.key(), finding));
    }

    /** Writes what is not known yet, durably. */
    void add(List<Finding> findings) {
        StringBuilder lines = new StringBuilder();
        for (Finding finding : findings) {
            if (note(finding)) {
                lines.append(RestoreJson.write(finding)).append('\n');
            }
        }
        if (lines.isEmpty()) {
            return;
        }
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            byte[] before = Files.readAllBytes(file);
            int end = before.length;
            while (end > 0 && before[end - 1] != '\n') {
                end--;
            }
            out.truncate(end);
            out.position(end);
            ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }

    long count(String verdict) {
        return all.values().stream()
                .filter(one -> one.verdict().equals(verdict))
                .count();
    }
}
