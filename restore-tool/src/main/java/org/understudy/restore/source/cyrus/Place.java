package org.understudy.restore.source.cyrus;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.restore.source.maildir.NameText;
import org.understudy.restore.source.maildir.UserName;

/**
 * Whose mailbox a directory is.
 *
 * @param mail whether it holds mail, as far as its name tells; names that begin with {@code #} are calendars and the like
 */
record Place(SourceMailbox mailbox, boolean mail) {
    /** User to whom mailboxes that are nobody's belong. */
    static final String SHARED = "shared";

    private static final String USER = "user";
    private static final String DELETED = "DELETED";
    private static final String DOMAIN = "domain";

    /** By the name that the mailbox's header has: {@code user.anna.Sent}, {@code example.org!user.anna}. */
    static Place ofName(String name) {
        int at = name.indexOf('!');
        String domain = at < 0 ? "" : name.substring(0, at);
        return of(domain, new ArrayList<>(Arrays.asList(name.substring(at + 1).split("\\."))));
    }

    /** By where it lies: {@code a/user/anna/Sent}, {@code domain/e/example.org/a/user/anna}. */
    static Place ofPath(Path root, Path directory) {
        List<String> names = new ArrayList<>();
        root.relativize(directory).forEach(part -> names.add(NameText.of(part)));
        names.removeIf(String::isEmpty);
        if (!names.contains(USER) && !names.contains(DOMAIN)) {
            List<String> above = new ArrayList<>();
            root.forEach(part -> above.add(NameText.of(part)));
            int user = above.lastIndexOf(USER);
            if (user >= 0) {
                int domain = above.indexOf(DOMAIN);
                names.addAll(0, above.subList(domain >= 0 && domain < user ? domain : user, above.size()));
            }
        }
        String domain = "";
        int at = names.indexOf(DOMAIN);
        if (at >= 0) {
            List<String> rest = hashed(names.subList(at + 1, names.size()));
            domain = rest.isEmpty() ? "" : rest.get(0);
            return of(domain, hashed(rest.isEmpty() ? rest : rest.subList(1, rest.size())));
        }
        int user = names.indexOf(USER);
        if (user > 0 && !names.get(user - 1).equals(DELETED)) {
            return of(domain, new ArrayList<>(names.subList(user, names.size())));
        }
        if (user > 1) {
            return of(domain, new ArrayList<>(names.subList(user - 1, names.size())));
        }
        if (user < 0 && (names.isEmpty() || !isHash(names.get(0)))) {
            names.addAll(0, List.of(USER, UserName.of(root)));
        }
        return of(domain, hashed(names));
    }

    private static List<String> hashed(List<String> names) {
        boolean hash = names.size() > 1 && isHash(names.get(0));
        return new ArrayList<>(hash ? names.subList(1, names.size()) : names);
    }

    private static boolean isHash(String name) {
        return name.length() == 1 && Character.isLetterOrDigit(name.charAt(0));
    }

    private static Place of(String domain, List<String> names) {
        boolean deleted = !names.isEmpty() && names.get(0).equals(DELETED);
        if (deleted) {
            names.remove(0);
        }
        String user = SHARED;
        if (names.size() > 1 && names.get(0).equals(USER)) {
            user = text(names.get(1)).toLowerCase(Locale.ROOT) + (domain.isEmpty() ? "" : "@" + domain);
            names = names.subList(2, names.size());
        } else if (!domain.isEmpty()) {
            user = SHARED + "@" + domain;
        }
        List<String> levels = new ArrayList<>();
        names.forEach(name -> levels.add(NameText.level(text(name))));
        boolean mail = levels.isEmpty() || !levels.get(0).startsWith("#");
        if (deleted) {
            levels.add(0, DELETED);
        }
        String name = levels.isEmpty() ? "INBOX" : String.join(".", levels);
        return new Place(new SourceMailbox(user.toLowerCase(Locale.ROOT), name), mail);
    }

    private static String text(String name) {
        return ModifiedUtf7.decode(name.replace('^', '.'));
    }
}
