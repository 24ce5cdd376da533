package org.understudy.server.imap;

import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLSession;
import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.process.ImapLineHandler;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What James's processors know of a connection. Its state changes in turns of the connection only; the event loop and
 * James's threads read it.
 */
final class ConnectionSession implements EndableSession {
    /** What has to happen once the reply to the current command is with the client. */
    enum Upgrade {
        NONE,
        TLS,
        COMPRESSION
    }

    private final SessionId id = SessionId.generate();
    private final Map<String, Object> attributes = new ConcurrentHashMap<>();
    private final boolean startTlsOffered;
    private final boolean loginWithoutTls;
    private final EventLoop loop;
    private final Executor turns;
    private final ReplyWriter writer;
    private final Runnable sendNow;
    private final BiConsumer<String, String> ending;
    private final SocketAddress client;
    private final Queue<Runnable> whenOver = new ConcurrentLinkedQueue<>();
    private volatile ImapSessionState state = ImapSessionState.NON_AUTHENTICATED;
    private volatile @Nullable SelectedMailbox selected;
    private volatile @Nullable MailboxSession mailboxSession;
    private volatile @Nullable SSLSession tls;
    private volatile boolean compressed;
    private volatile @Nullable ImapLineHandler lineHandler;
    private final AtomicReference<@Nullable Runnable> whenWritable = new AtomicReference<>();
    private Upgrade upgrade = Upgrade.NONE;

    /**
     * @param startTlsOffered whether the listener lets clients upgrade
     * @param loginWithoutTls whether this client may log in without TLS
     * @param turns runs work between the commands of the connection
     * @param sendNow sends what replies have been written outside of a command
     * @param ending ends the connection in order, with a text for the client and a reason for the log
     */
    ConnectionSession(
            boolean startTlsOffered,
            boolean loginWithoutTls,
            EventLoop loop,
            Executor turns,
            ReplyWriter writer,
            Runnable sendNow,
            BiConsumer<String, String> ending,
            SocketAddress client) {
        this.startTlsOffered = startTlsOffered;
        this.loginWithoutTls = loginWithoutTls;
        this.loop = loop;
        this.turns = turns;
        this.writer = writer;
        this.sendNow = sendNow;
        this.ending = ending;
        this.client = client;
    }

    @Override
    public String client() {
        return client instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : client.toString();
    }

    /** Where the client is, if it is on a network. */
    Optional<InetAddress> address() {
        return client instanceof InetSocketAddress inet ? Optional.ofNullable(inet.getAddress()) : Optional.empty();
    }

    @Override
    public boolean clientGone() {
        return writer.clientGone();
    }

    @Override
    public void end(String text, String reason) {
        ending.accept(text, reason);
    }

    @Override
    public void whenOver(Runnable work) {
        whenOver.add(work);
    }

    /** Whether {@link #over()} has nothing to do. */
    boolean endsAtOnce() {
        return whenOver.isEmpty();
    }

    /** The connection is gone: what was to be done then is done. Called once, in the last turn. */
    void over() {
        for (Runnable work = whenOver.poll(); work != null; work = whenOver.poll()) {
            work.run();
        }
    }

    void encrypted(SSLSession session) {
        tls = session;
    }

    void compressed() {
        compressed = true;
    }

    /** The upgrade that a command has asked for; asking again says none. */
    Upgrade takeUpgrade() {
        Upgrade asked = upgrade;
        upgrade = Upgrade.NONE;
        return asked;
    }

    /** Who gets the next line instead of it being a command. */
    @Nullable
    ImapLineHandler lineHandler() {
        return lineHandler;
    }

    boolean authenticatedNow() {
        return state == ImapSessionState.AUTHENTICATED || state == ImapSessionState.SELECTED;
    }

    /** Runs {@code work} in a turn once the client has taken in what it was sent; one such work at a time. */
    void inTurnWhenWritable(Runnable work) {
        whenWritable.set(work);
        clientMoved();
    }

    /** The client has taken in something. For the event loop, and whoever finds that there is nothing to wait for. */
    void clientMoved() {
        Runnable work = writer.keepsUp() ? whenWritable.getAndSet(null) : null;
        if (work != null) {
            turns.execute(work);
        }
    }

    /** Whether the client keeps up with what it is sent. */
    boolean keepsUp() {
        return writer.keepsUp();
    }

    /** Sends what has been written outside of a command. */
    void sendNow() {
        sendNow.run();
    }

    @Override
    public SessionId sessionId() {
        return id;
    }

    @Override
    public Mono<Void> logout() {
        return closeMailbox().then(Mono.fromRunnable(() -> state = ImapSessionState.LOGOUT));
    }

    @Override
    public ImapSessionState getState() {
        return state;
    }

    @Override
    public void authenticated() {
        state = ImapSessionState.AUTHENTICATED;
    }

    @Override
    public Mono<Void> selected(SelectedMailbox mailbox) {
        return closeMailbox().then(Mono.fromRunnable(() -> {
            selected = mailbox;
            state = ImapSessionState.SELECTED;
        }));
    }

    @Override
    public Mono<Void> deselect() {
        return closeMailbox().then(Mono.fromRunnable(() -> state = ImapSessionState.AUTHENTICATED));
    }

    private Mono<Void> closeMailbox() {
        return Mono.defer(() -> {
            SelectedMailbox open = selected;
            selected = null;
            return open == null ? Mono.empty() : open.deselect();
        });
    }

    @Override
    public @Nullable SelectedMailbox getSelected() {
        return selected;
    }

    @Override
    public @Nullable Object getAttribute(String key) {
        return attributes.get(key);
    }

    @Override
    public void setAttribute(String key, @Nullable Object value) {
        if (value == null) {
            attributes.remove(key);
        } else {
            attributes.put(key, value);
        }
    }

    @Override
    public @Nullable MailboxSession getMailboxSession() {
        return mailboxSession;
    }

    @Override
    public void setMailboxSession(MailboxSession session) {
        mailboxSession = session;
    }

    @Override
    public boolean startTLS(Runnable reply) {
        if (!supportStartTLS()) {
            return false;
        }
        reply.run();
        upgrade = Upgrade.TLS;
        return true;
    }

    @Override
    public boolean isTLSActive() {
        return tls != null;
    }

    @Override
    public boolean supportStartTLS() {
        return startTlsOffered && !isTLSActive();
    }

    @Override
    public Optional<SSLSession> getSSLSession() {
        return Optional.ofNullable(tls);
    }

    @Override
    public boolean isCompressionActive() {
        return compressed;
    }

    /** Only for those logged in: strangers get no inflater. */
    @Override
    public boolean isCompressionSupported() {
        return authenticatedNow();
    }

    @Override
    public boolean startCompression(Runnable reply) {
        if (!isCompressionSupported() || compressed) {
            return false;
        }
        reply.run();
        upgrade = Upgrade.COMPRESSION;
        return true;
    }

    @Override
    public void pushLineHandler(ImapLineHandler handler) {
        lineHandler = handler;
    }

    @Override
    public void popLineHandler() {
        lineHandler = null;
    }

    @Override
    public boolean supportMultipleNamespaces() {
        return false;
    }

    @Override
    public boolean isSSLRequired() {
        return !loginWithoutTls;
    }

    @Override
    public boolean isPlainAuthEnabled() {
        return true;
    }

    @Override
    public boolean supportsOAuth() {
        return false;
    }

    @Override
    public Optional<OidcSASLConfiguration> oidcSaslConfiguration() {
        return Optional.empty();
    }

    /** Runs {@code work} in a turn after {@code delay}, unless the session is over by then. */
    @Override
    public void schedule(Runnable work, Duration delay) {
        var unused = loop.schedule(
                () -> {
                    if (state != ImapSessionState.LOGOUT) {
                        turns.execute(work);
                    }
                },
                delay.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public boolean needsCommandInjectionDetection() {
        return false;
    }

    /** Does nothing: what precedes TLS is thrown away when TLS starts. */
    @Override
    public void startDetectingCommandInjection() {}

    @Override
    public void stopDetectingCommandInjection() {}
}
