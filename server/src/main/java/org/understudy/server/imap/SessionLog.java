package org.understudy.server.imap;

import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * What an admin reads of one connection: when it came, how it is encrypted, who logged in, why and with what counts it
 * ended. Each line has the session's id in the MDC under {@value #MDC_KEY}. Of names that failed to log in only those of
 * users that there are appear, since people type passwords there.
 */
public final class SessionLog {
    public static final String MDC_KEY = "session";

    private static final Logger LOG = LoggerFactory.getLogger(SessionLog.class);

    private final String session;
    private final String listener;
    private final String client;
    private final boolean silent;
    private final long began = System.nanoTime();
    private final AtomicLong octetsIn = new AtomicLong();
    private final AtomicLong commands = new AtomicLong();
    private volatile @Nullable String user;
    private volatile @Nullable String ending;

    /**
     * What goes right is not logged of a client in this process.
     *
     * @param listener its name in the configuration
     */
    public SessionLog(String session, String listener, SocketAddress client) {
        this.session = session;
        this.listener = listener;
        this.silent = client instanceof LocalAddress;
        this.client = client instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress() + ":" + inet.getPort()
                : client.toString();
    }

    String session() {
        return session;
    }

    /** Runs {@code work} with the session's id in the MDC. */
    public void in(Runnable work) {
        if (session.equals(MDC.get(MDC_KEY))) {
            work.run();
            return;
        }
        MDC.put(MDC_KEY, session);
        try {
            work.run();
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    private void told(Runnable work) {
        if (!silent) {
            in(work);
        }
    }

    public void connected() {
        told(() -> LOG.info("{} {}: connected", listener, client));
    }

    public void encrypted(SSLSession tls, @Nullable String host) {
        told(() -> LOG.info(
                "{} {}: encrypted with {} {}, {}",
                listener,
                client,
                tls.getProtocol(),
                tls.getCipherSuite(),
                host == null ? "no host name asked for" : "asked for " + host));
    }

    public void loggedIn(String name) {
        user = name;
        told(() -> LOG.info("{} {}: user {} logged in", listener, client, name));
    }

    /** @param user as it is stored; empty where there is no such user, since people type passwords there */
    public void loginRefused(int failures, String user) {
        in(() -> LOG.warn(
                "{} {}: login refused for {}, {} so far on this connection",
                listener,
                client,
                user.isEmpty() ? "an unknown user" : "user " + user,
                failures));
    }

    public void injectionDiscarded(int octets) {
        in(() -> LOG.warn(
                "{} {}: {} octets that came unencrypted after STARTTLS were thrown away", listener, client, octets));
    }

    /** A fault of the server while it ran a command. */
    void commandFailed(String command, Throwable cause) {
        in(() -> LOG.error("{} {}: {} failed; the connection goes on", listener, client, command, cause));
    }

    /** A command that its parser gave up on; the text of a parser's message may quote the client and is left out. */
    void commandNotUnderstood(String command, Throwable cause) {
        told(() -> LOG.info(
                "{} {}: {} was not understood ({})",
                listener,
                client,
                command,
                cause.getClass().getSimpleName()));
    }

    public void connectionFailed(Throwable cause) {
        in(() -> LOG.error("{} {}: the connection is closed after a fault of the server", listener, client, cause));
    }

    public void countCommand() {
        commands.incrementAndGet();
    }

    public void countIn(int octets) {
        octetsIn.addAndGet(octets);
    }

    /** Why the connection ends; the first reason counts. */
    public void ending(String reason) {
        if (ending == null) {
            ending = reason;
        }
    }

    public void ended(long octetsOut) {
        String reason = ending == null ? "the client hung up" : ending;
        told(() -> LOG.info(
                "{} {}: closed after {} s, {}; user {}, {} commands, {} octets in, {} out",
                listener,
                client,
                Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                reason,
                user == null ? "none" : user,
                commands.get(),
                octetsIn.get(),
                octetsOut));
    }
}
