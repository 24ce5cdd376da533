package org.understudy.restore.source.maildir;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Guesses whose a Maildir, or another folder of mail, is from where it lies. */
public final class UserName {
    private static final Set<String> CONTAINERS =
            Set.of("maildir", ".maildir", "mail", ".mail", "mails", "mdbox", "sdbox", "dbox");

    /** Ends of folder names that look like host names and are none. */
    private static final Set<String> NO_DOMAIN = Set.of(
            "old",
            "bak",
            "backup",
            "orig",
            "save",
            "saved",
            "tmp",
            "new",
            "dir",
            "tar",
            "tgz",
            "zip",
            "copy",
            "unpacked");

    private static final Pattern DOMAIN =
            Pattern.compile("(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?\\.)+([a-z]{2,}|xn--[a-z0-9-]+)");
    private static final Pattern CREATION_TIME = Pattern.compile("-\\d{4}(?:\\.\\d{2}){5}$");
    private static final int LONGEST_HASH = 2;

    private UserName() {}

    /** The directory that is named as the user is: the Maildir, or the one that holds it. */
    static Path directory(Path maildir) {
        Path parent = maildir.getParent();
        boolean contained = CONTAINERS.contains(NameText.of(maildir).toLowerCase(Locale.ROOT));
        return contained && parent != null && parent.getFileName() != null ? parent : maildir;
    }

    /**
     * {@code joe} for {@code /home/joe/Maildir}, {@code joe@example.org} for {@code /vmail/example.org/joe}; one or two
     * letter directories between, which only spread users, are passed over, and so is a time of creation that a name
     * ends with.
     *
     * @param maildir absolute
     */
    public static String of(Path maildir) {
        Path directory = directory(maildir);
        String name = CREATION_TIME
                .matcher(NameText.of(directory).toLowerCase(Locale.ROOT))
                .replaceFirst("");
        if (name.isEmpty()) {
            return "unnamed";
        }
        if (name.indexOf('@') > 0) {
            return name;
        }
        Path above = directory.getParent();
        while (above != null
                && above.getFileName() != null
                && NameText.of(above).length() <= LONGEST_HASH) {
            above = above.getParent();
        }
        String domain = above == null ? "" : NameText.of(above).toLowerCase(Locale.ROOT);
        return isDomain(domain) ? name + "@" + domain : name;
    }

    /** A directory's name in lower case if it looks like a domain's, else the empty text. */
    public static String domain(String directory) {
        String lower = directory.toLowerCase(Locale.ROOT);
        return isDomain(lower) ? lower : "";
    }

    private static boolean isDomain(String name) {
        java.util.regex.Matcher matcher = DOMAIN.matcher(name);
        return matcher.matches() && !NO_DOMAIN.contains(matcher.group(1));
    }
}
