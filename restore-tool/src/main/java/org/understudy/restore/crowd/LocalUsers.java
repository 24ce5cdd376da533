package org.understudy.restore.crowd;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Who has mailboxes here, so that an address can be told to be one of them. A user is named by an address or by its local
 * part alone; domains are those that occur in names, and those under which users get their own mail.
 */
public final class LocalUsers {
    private static final int DOMAINS = 100_000;
    private static final int LONGEST_NAME = 255;

    private final Set<String> names = new HashSet<>();
    private final Set<String> domains = new HashSet<>();
    private final Map<String, String> aliases = new HashMap<>();

    /** @param names lower case or not */
    public LocalUsers(Iterable<String> names) {
        names.forEach(this::add);
    }

    /**
     * The names in a file, one a line; empty lines and those that begin with {@code #} are passed over.
     *
     * @throws OperatorException naming the file, and the line where one is no name
     */
    public static List<String> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.NOT_FOUND, "there is no file " + file, "Check the spelling of --known-users.", e);
        } catch (CharacterCodingException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    file + " is not text in UTF-8",
                    "Write one user name or address a line, in UTF-8.",
                    e);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    file + " cannot be read: " + e.getMessage(),
                    "Check that it is a file and that you may read it.",
                    e);
        }
        Set<String> users = new TreeSet<>();
        for (int i = 0; i < lines.size(); i++) {
            String name = lines.get(i).strip();
            if (!name.isEmpty() && !name.startsWith("#")) {
                users.add(checked(name, file, i + 1));
            }
        }
        return List.copyOf(users);
    }

    private static String checked(String name, Path file, int line) {
        int at = name.indexOf('@');
        String wrong = name.codePoints().anyMatch(c -> c <= ' ' || c == 127 || c == ',' || c == ';' || c == '<' || c == '>')
                ? "has a blank, comma, semicolon or angle bracket in it"
                : at != name.lastIndexOf('@')
                        ? "has more than one @"
                        : at == 0
                                ? "has nothing before the @"
                                : at == name.length() - 1
                                        ? "has nothing after the @"
                                        : name.length() > LONGEST_NAME ? "is longer than 255 characters" : "";
        if (!wrong.isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    file + ":" + line + ": expected one user name or address, and '" + shown(name) + "' " + wrong,
                    "Write one user name or address a line; # begins a comment line.");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private static String shown(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "...";
    }

    /** One more. */
    public void add(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.isEmpty()) {
            return;
        }
        names.add(lower);
        int at = lower.indexOf('@');
        if (at > 0) {
            domains.add(lower.substring(at + 1));
        }
    }

    /** Another name of a user, for example the one that the source had. */
    public void alias(String other, String user) {
        aliases.put(other.toLowerCase(Locale.ROOT), user.toLowerCase(Locale.ROOT));
    }

    /** Remembers the domains under which a user gets mail. */
    void learn(String user, List<String> owners) {
        for (String address : owners) {
            if (domains.size() < DOMAINS && local(address).equals(local(user))) {
                domains.add(domain(address));
            }
        }
    }

    /** Whether one of the addresses is the user's, or none is any user's as far as names tell. */
    boolean mayOwn(String user, List<String> owners) {
        return owners.isEmpty() || owners.stream().anyMatch(address -> isOf(user, address));
    }

    /** The users, other than this one, whom the addresses name; none if one of them names this one. */
    List<String> others(String user, List<String> owners) {
        if (mayOwn(user, owners)) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (String address : owners) {
            named(address).filter(other -> !other.equals(user) && !found.contains(other)).ifPresent(found::add);
        }
        return found;
    }

    private boolean isOf(String user, String address) {
        Optional<String> named = named(address);
        if (named.isPresent() && named.get().indexOf('@') > 0 && user.indexOf('@') > 0) {
            return named.get().equals(user);
        }
        return named.filter(user::equals).isPresent() || local(address).equals(local(user));
    }

    private Optional<String> named(String address) {
        String plain = local(address) + "@" + domain(address);
        if (aliases.containsKey(plain)) {
            return Optional.of(aliases.get(plain));
        }
        if (names.contains(plain)) {
            return Optional.of(plain);
        }
        if (domains.contains(domain(address))) {
            String name = local(address);
            if (aliases.containsKey(name)) {
                return Optional.of(aliases.get(name));
            }
            return names.contains(name) ? Optional.of(name) : Optional.empty();
        }
        return Optional.empty();
    }

    /** The local part, without what follows a plus sign. */
    private static String local(String name) {
        int at = name.indexOf('@');
        String local = at < 0 ? name : name.substring(0, at);
        int plus = local.indexOf('+');
        return plus <= 0 ? local : local.substring(0, plus);
    }

    private static String domain(String address) {
        return address.substring(address.indexOf('@') + 1);
    }
}
