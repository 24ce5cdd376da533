package org.understudy.restore.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A list of users in UTF-8, one a line. Empty lines are passed over, and so are those that begin with {@code #}. */
final class UsersFile {
    private static final String STDIN = "-";
    private static final int NAMED = 10;

    private UsersFile() {}

    /**
     * The users' names, lower case.
     *
     * @param file {@code -} for standard input
     * @throws OperatorException {@link Reason#USAGE} naming file and line of what is no user name or stands there twice,
     *     or for a file without users
     */
    static SortedSet<String> read(Invocation invocation, Path file) throws IOException {
        boolean stdin = file.toString().equals(STDIN);
        Path path = stdin ? file : invocation.absolute(file);
        String name = stdin ? "standard input" : path.toString();
        Map<String, Integer> lines = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        int number = 0;
        for (String line : lines(invocation, path, name, stdin)) {
            number++;
            String user = line.strip().toLowerCase(Locale.ROOT);
            if (user.isEmpty() || user.startsWith("#")) {
                continue;
            }
            if (user.codePoints()
                    .anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c) || c == ',' || c == 0xFEFF)) {
                faults.add(name + ":" + number + ": expected one user's name, found '" + Printable.line(line) + "'");
                continue;
            }
            Integer before = lines.putIfAbsent(user, number);
            if (before != null) {
                faults.add(
                        name + ":" + number + ": " + Printable.line(user) + " stands in line " + before + " already");
            }
        }
        if (!faults.isEmpty()) {
            String more = faults.size() > NAMED ? "\nand " + (faults.size() - NAMED) + " more" : "";
            throw new OperatorException(
                    Reason.USAGE,
                    String.join("\n", faults.subList(0, Math.min(NAMED, faults.size()))) + more,
                    "write one user a line, and no other words; lines that begin with # are passed over");
        }
        if (lines.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE, name + " names no user", "write one user a line, or leave the option out");
        }
        return Collections.unmodifiableSortedSet(new TreeSet<>(lines.keySet()));
    }

    private static List<String> lines(Invocation invocation, Path path, String name, boolean stdin) throws IOException {
        try {
            return stdin
                    ? new BufferedReader(
                                    new InputStreamReader(invocation.console().in(), StandardCharsets.UTF_8))
                            .lines()
                            .toList()
                    : Files.readAllLines(path);
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND, name + ": there is no such file", "name a file that lists one user a line", e);
        } catch (MalformedInputException e) {
            throw new OperatorException(Reason.USAGE, name + " is not text in UTF-8", "save it as UTF-8", e);
        }
    }
}
