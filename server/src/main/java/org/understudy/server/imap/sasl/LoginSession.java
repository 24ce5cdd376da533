package org.understudy.server.imap.sasl;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.process.ImapLineHandler;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.EndableSession;
import reactor.core.publisher.Mono;

/**
 * What logins need to know of a connection whose protocol is another than IMAP, and what they leave: the user's session. No
 * mailbox can be selected. For one thread at a time.
 */
public final class LoginSession implements EndableSession {
    private final SessionId id = SessionId.generate();
    private final Map<String, Object> attributes = new HashMap<>();
    private final Deque<Runnable> whenOver = new ArrayDeque<>();
    private final String client;
    private final boolean loginWithoutTls;
    private @Nullable SSLSession tls;
    private @Nullable MailboxSession mailboxes;
    private ImapSessionState state = ImapSessionState.NON_AUTHENTICATED;

    /**
     * @param client its IP address
     * @param loginWithoutTls whether it may log in before TLS is agreed
     */
    public LoginSession(String client, boolean loginWithoutTls) {
        this.client = client;
        this.loginWithoutTls = loginWithoutTls;
    }

    public void encrypted(SSLSession session) {
        tls = session;
    }

    /** The connection is gone. */
    public void over() {
        state = ImapSessionState.LOGOUT;
        for (Runnable work = whenOver.poll(); work != null; work = whenOver.poll()) {
            work.run();
        }
    }

    @Override
    public String client() {
        return client;
    }

    @Override
    public void end(String text, String reason) {
        throw new UnsupportedOperationException("only an IMAP session is ended from outside");
    }

    @Override
    public boolean clientGone() {
        return false;
    }

    @Override
    public void whenOver(Runnable work) {
        whenOver.add(work);
    }

    @Override
    public SessionId sessionId() {
        return id;
    }

    @Override
    public Mono<Void> logout() {
        return Mono.fromRunnable(() -> state = ImapSessionState.LOGOUT);
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
        return Mono.error(new UnsupportedOperationException("no mailbox is selected here"));
    }

    @Override
    public Mono<Void> deselect() {
        return Mono.empty();
    }

    @Override
    public @Nullable SelectedMailbox getSelected() {
        return null;
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
        return mailboxes;
    }

    @Override
    public void setMailboxSession(MailboxSession session) {
        mailboxes = session;
    }

    @Override
    public boolean startTLS(Runnable reply) {
        return false;
    }

    @Override
    public boolean isTLSActive() {
        return tls != null;
    }

    @Override
    public boolean supportStartTLS() {
        return false;
    }

    @Override
    public Optional<SSLSession> getSSLSession() {
        return Optional.ofNullable(tls);
    }

    @Override
    public boolean isCompressionActive() {
        return false;
    }

    @Override
    public boolean isCompressionSupported() {
        return false;
    }

    @Override
    public boolean startCompression(Runnable reply) {
        return false;
    }

    @Override
    public void pushLineHandler(ImapLineHandler handler) {
        throw new UnsupportedOperationException("lines go to the protocol");
    }

    @Override
    public void popLineHandler() {
        throw new UnsupportedOperationException("lines go to the protocol");
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

    @Override
    public void schedule(Runnable work, Duration delay) {
        throw new UnsupportedOperationException("nothing waits here");
    }

    @Override
    public boolean needsCommandInjectionDetection() {
        return false;
    }

    @Override
    public void startDetectingCommandInjection() {}

    @Override
    public void stopDetectingCommandInjection() {}
}
