package org.understudy.restore.source.imap;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Where an account lies: {@code imaps://user@host[:port]/} with TLS from the first octet on, {@code imap://} with STARTTLS
 * (RFC 5092, without a path). A password has no place in it: command lines are seen by everybody on a machine.
 *
 * @param user name to log in with, decoded
 * @param host name that the certificate must be for
 */
public record ImapAddress(boolean tls, String user, String host, int port) {
    private static final int IMAPS = 993;
    private static final int IMAP = 143;
    private static final int LARGEST_PORT = 65_535;
    private static final Pattern SCHEME = Pattern.compile("(?i)(imaps?):/{1,2}(.*)");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?");

    /** Whether a source is named as an IMAP account. */
    public static boolean isOne(String text) {
        return SCHEME.matcher(text).matches();
    }

    /** @throws OperatorException {@link Reason#USAGE} if it is none, or if a password stands in it */
    public static ImapAddress parse(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (!scheme.matches()) {
            throw wrong("it does not begin with imaps:// or imap://");
        }
        String rest = scheme.group(2);
        int at = rest.lastIndexOf('@');
        if (at < 1) {
            throw wrong("it names no user");
        }
        String user = rest.substring(0, at);
        if (user.indexOf(':') >= 0) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the address of the IMAP account holds a password, or a ':' in the user's name",
                    "Give the password in a file (--password-file) or when asked; everybody on this machine can see the"
                            + " words of a command. Change this one now. A ':' in a name is percent-encoded (RFC 3986).");
        }
        String place = rest.substring(at + 1);
        int slash = place.indexOf('/');
        if (slash >= 0 && slash < place.length() - 1) {
            throw wrong("it names a mailbox after the host; the whole account is read");
        }
        Matcher host = HOST.matcher(slash < 0 ? place : place.substring(0, slash));
        if (!host.matches()) {
            throw wrong("'" + place + "' is no host");
        }
        boolean tls = scheme.group(1).equalsIgnoreCase("imaps");
        int port = host.group(2) == null ? (tls ? IMAPS : IMAP) : Integer.parseInt(host.group(2));
        if (port < 1 || port > LARGEST_PORT) {
            throw wrong("there is no port " + port);
        }
        return new ImapAddress(tls, decoded(user), host.group(1).toLowerCase(Locale.ROOT), port);
    }

    private static String decoded(String user) {
        try {
            return URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("the user's name has a '%' that two hexadecimal digits do not follow");
        }
    }

    private static OperatorException wrong(String why) {
        return new OperatorException(
                Reason.USAGE,
                "the address of the IMAP account cannot be read: " + why,
                "Write imaps://anna@mail.example.org/ or, where the name has an @ of its own,"
                        + " imaps://anna@example.org@mail.example.org/.");
    }

    /** Host without the brackets of an IPv6 address. */
    String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Name of the user whose mail it is, lower case. */
    String owner() {
        return user.toLowerCase(Locale.ROOT);
    }

    /** With the port if it is not the usual one; without any secret. */
    @Override
    public String toString() {
        return (tls ? "imaps://" : "imap://") + user + "@" + host + (port == (tls ? IMAPS : IMAP) ? "" : ":" + port)
                + "/";
    }
}
