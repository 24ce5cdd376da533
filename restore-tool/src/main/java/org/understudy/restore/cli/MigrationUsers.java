package org.understudy.restore.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The list of users who move: a line each, {@code OLD-LOGIN,NEW-USER,HOST-OR-MAILDIR,DOMAIN,WAVE}, of which all but the first
 * may be left out or empty. Empty lines are passed over, and so are those that begin with {@code #}.
 */
final class MigrationUsers {
    private static final int FIELDS = 5;
    private static final int NAMED = 10;

    private MigrationUsers() {}

    /** @throws OperatorException {@link Reason#USAGE} naming file and line of what cannot be read */
    static List<AddUsers.NewUser> read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND, file + ": there is no such file", "name a file that lists one user a line", e);
        } catch (MalformedInputException e) {
            throw new OperatorException(Reason.USAGE, file + " is not text in UTF-8", "save it as UTF-8", e);
        }
        List<AddUsers.NewUser> users = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (String line : lines) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] fields = line.split(",", -1);
            String wave = field(fields, 4);
            String where = file + ":" + number + ": ";
            if (fields.length > FIELDS || field(fields, 0).isEmpty()) {
                faults.add(where + "expected OLD-LOGIN,NEW-USER,HOST-OR-MAILDIR,DOMAIN,WAVE, found '"
                        + Printable.line(line) + "'");
            } else if (!wave.matches("|[1-9]\\d{0,5}")) {
                faults.add(where + "a wave is a number from 1, not '" + Printable.line(wave) + "'");
            } else {
                AddUsers.NewUser user = user(fields, wave.isEmpty() ? 1 : Integer.parseInt(wave));
                if (!seen.add(user.user())) {
                    faults.add(where + Printable.line(user.user()) + " stands there twice");
                }
                users.add(user);
            }
        }
        if (!faults.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    String.join("\n", faults.subList(0, Math.min(NAMED, faults.size())))
                            + (faults.size() > NAMED ? "\nand " + (faults.size() - NAMED) + " more" : ""),
                    "nobody was added; mend the lines and give the command again");
        }
        if (users.isEmpty()) {
            throw new OperatorException(Reason.USAGE, file + " names no user", "write one user a line");
        }
        return users;
    }

    /** @param name {@code OLD} or {@code OLD=NEW} */
    static AddUsers.NewUser one(String name, String place, String domain, int wave) {
        int equals = name.indexOf('=');
        String old = equals < 0 ? name : name.substring(0, equals);
        return new AddUsers.NewUser(
                old, (equals < 0 ? old : name.substring(equals + 1)).toLowerCase(Locale.ROOT), place, domain, wave);
    }

    private static AddUsers.NewUser user(String[] fields, int wave) {
        String old = field(fields, 0);
        String user = field(fields, 1);
        return new AddUsers.NewUser(
                old,
                (user.isEmpty() ? old : user).toLowerCase(Locale.ROOT),
                field(fields, 2),
                field(fields, 3).toLowerCase(Locale.ROOT),
                wave);
    }

    private static String field(String[] fields, int at) {
        return at < fields.length ? fields[at].strip() : "";
    }
}
