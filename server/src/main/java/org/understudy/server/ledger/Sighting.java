package org.understudy.server.ledger;

import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.server.tls.CertificateNames;

/**
 * One connection, from its first octet to its end. It is counted once: when somebody logs in, when TLS fails, or at its end.
 * Thread-safe.
 */
public final class Sighting {
    private static final Pattern NAME = Pattern.compile("[a-z0-9_]([a-z0-9_.-]{0,253}[a-z0-9_])?");
    private static final Pattern BORING = Pattern.compile("error:[0-9a-f]{5}([0-9a-f]{3}):", Pattern.CASE_INSENSITIVE);
    private static final Pattern JAVA = Pattern.compile("(?:Received fatal alert|received fatal alert): ([a-z_]+)");
    private static final int BORING_ALERTS = 1000;
    private static final int LONGEST_USER = 255;
    /** In place of a host name that cannot be one. */
    public static final String NO_NAME = "(no name)";

    private final Sightings sightings;
    private final String listener;
    private final int port;
    private String host = "";
    private String user = "";
    private String client = "";
    private String family = "";
    private String tls = "";
    private @Nullable X509Certificate shown;
    private @Nullable Alert clientAlert;
    private @Nullable Alert serverAlert;
    private @Nullable Facts counted;
    private boolean begun;
    private boolean agreed;
    private boolean spoke;

    /** @param port that was connected to */
    public Sighting(Sightings sightings, String listener, int port) {
        this.sightings = sightings;
        this.listener = listener;
        this.port = port;
    }

    /** The client's first handshake message, as far as it is there. */
    public synchronized void hello(ByteBuffer message) {
        family = ClientHello.family(message).orElse("");
    }

    /** An octet of what may be TLS has come. */
    public synchronized void begun() {
        begun = true;
    }

    /** The server has answered. */
    public synchronized void answered(String protocol, @Nullable X509Certificate certificate) {
        tls = protocol;
        shown = certificate == null ? shown : certificate;
    }

    /** The client has sent an alert that everybody can read. */
    public synchronized void clientAlert(int code) {
        clientAlert = Alert.of(code).filter(alert -> !alert.harmless()).orElse(clientAlert);
    }

    /** The server has sent one. */
    public synchronized void serverAlert(int code) {
        serverAlert = Alert.of(code).orElse(serverAlert);
    }

    /**
     * TLS is agreed. What the client said before it, as STARTTLS, is no command.
     *
     * @param name the host name asked for, or null
     */
    public synchronized void agreed(String protocol, @Nullable X509Certificate certificate, @Nullable String name) {
        agreed = true;
        spoke = false;
        named(name);
        answered(protocol, certificate);
    }

    /** TLS has failed. */
    public synchronized void failed(Throwable cause, @Nullable String name) {
        named(name);
        alertIn(cause);
        if (counted == null) {
            count(clientAlert != null ? Outcome.alert(clientAlert) : Outcome.failed(cause(cause)));
        }
    }

    /** A connection that had TLS has broken. */
    public synchronized void broke(Throwable cause) {
        alertIn(cause);
    }

    /** A command has come. */
    public synchronized void command() {
        spoke = true;
    }

    /** The client says what it is. */
    public synchronized void client(String name, String version) {
        client = ClientName.of(name, version);
        Facts before = counted;
        if (before != null && !before.client().equals(client)) {
            Facts now = facts(before.outcome());
            counted = now;
            sightings.known(before, now);
        }
    }

    /** @param name as it is stored */
    public synchronized void loggedIn(String name) {
        if (counted == null) {
            user = name.length() > LONGEST_USER ? name.substring(0, LONGEST_USER) : name;
            count(Outcome.LOGGED_IN);
        }
    }

    /** The connection is gone. */
    public synchronized void ended() {
        if (counted != null) {
            if (counted.outcome().kind() == Outcome.Kind.LOGGED_IN) {
                sightings.again(counted);
            }
        } else if (agreed) {
            count(clientAlert != null ? Outcome.alert(clientAlert) : spoke ? Outcome.NO_LOGIN : Outcome.NO_COMMAND);
        } else if (begun) {
            count(Outcome.failed(Outcome.Cause.CLOSED));
        }
    }

    private void count(Outcome outcome) {
        Facts facts = facts(outcome);
        counted = facts;
        sightings.seen(facts);
    }

    private Facts facts(Outcome outcome) {
        return new Facts(listener, port, host, user, client, family, tls, shown, outcome);
    }

    private void named(@Nullable String name) {
        if (name != null && !name.isEmpty()) {
            String normal = CertificateNames.normal(name);
            host = NAME.matcher(normal).matches() ? normal : NO_NAME;
        }
    }

    private void alertIn(Throwable cause) {
        if (clientAlert == null) {
            clientAlert = received(cause).filter(alert -> !alert.harmless()).orElse(null);
        }
    }

    /** The client's alert that an engine reports as a fault: Java by name, BoringSSL as 1000 and its number. */
    static Optional<Alert> received(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            String text = String.valueOf(one.getMessage());
            Matcher java = JAVA.matcher(text);
            if (java.find()) {
                return Alert.named(java.group(1));
            }
            Matcher boring = BORING.matcher(text);
            if (boring.find()) {
                int reason = Integer.parseInt(boring.group(1), 16);
                if (reason >= BORING_ALERTS) {
                    return Alert.of(reason - BORING_ALERTS);
                }
            }
        }
        return Optional.empty();
    }

    private Outcome.Cause cause(Throwable cause) {
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof TimeoutException
                    || one.getClass().getSimpleName().contains("Timeout")) {
                return Outcome.Cause.TIMEOUT;
            }
            if (one.getClass().getSimpleName().equals("NotSslRecordException")) {
                return Outcome.Cause.NOT_TLS;
            }
        }
        if (serverAlert != null && !serverAlert.harmless()) {
            return Outcome.Cause.REFUSED;
        }
        for (Throwable one = cause; one != null; one = one.getCause()) {
            if (one instanceof java.io.EOFException
                    || one instanceof java.nio.channels.ClosedChannelException
                    || String.valueOf(one.getMessage()).contains("closed")
                    || String.valueOf(one.getMessage()).contains("close_notify")
                    || String.valueOf(one.getMessage()).contains("reset")) {
                return Outcome.Cause.CLOSED;
            }
        }
        return Outcome.Cause.OTHER;
    }
}
