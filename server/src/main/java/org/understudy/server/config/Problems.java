package org.understudy.server.config;

import com.typesafe.config.ConfigOrigin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The faults of one configuration file, gathered so that they are reported together. */
final class Problems {
    private final Path file;
    private final List<Problem> problems = new ArrayList<>();

    Problems(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    /** @param line from 1; 0 if not known */
    private record Problem(int line, String text) {}

    void add(ConfigOrigin origin, String text) {
        String name = origin.filename();
        boolean elsewhere = name != null && !Path.of(name).equals(file);
        problems.add(new Problem(
                elsewhere ? 0 : Math.max(0, origin.lineNumber()),
                elsewhere ? name + ":" + origin.lineNumber() + ": " + text : text));
    }

    /** @throws OperatorException {@link Reason#CONFIG} naming each fault, if there is any */
    void throwIfAny() {
        if (problems.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(
                problems.size() == 1
                        ? "the configuration has a fault:"
                        : "the configuration has " + problems.size() + " faults:");
        problems.stream()
                .sorted((a, b) -> Integer.compare(a.line, b.line))
                .forEach(p -> message.append("\n  ")
                        .append(file)
                        .append(p.line == 0 ? "" : ":" + p.line)
                        .append(": ")
                        .append(p.text));
        throw new OperatorException(
                Reason.CONFIG,
                message.toString(),
                "correct the lines named above; conf/understudy.conf of the distribution explains every key");
    }
}
