package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.james.imap.api.process.ImapSession;

/**
 * The greetings of a server. What is announced to strangers depends only on how they are connected, so that each is made
 * once. Thread-safe.
 */
final class Greetings {
    /** What a stranger's capabilities depend on. */
    private record Kind(boolean encrypted, boolean loginForbidden, boolean startTls) {
        static Kind of(ImapSession session) {
            return new Kind(session.isTLSActive(), session.isPlainAuthDisallowed(), session.supportStartTLS());
        }
    }

    private final Map<Kind, byte[]> lines = new ConcurrentHashMap<>();

    boolean has(ImapSession session) {
        return lines.containsKey(Kind.of(session));
    }

    /**
     * The line with its end, not to be changed.
     *
     * @param capabilities asked where there is none yet; may block
     */
    byte[] of(ImapSession session, Supplier<String> capabilities) {
        return lines.computeIfAbsent(
                Kind.of(session),
                kind -> ("* OK [CAPABILITY " + capabilities.get() + "] Understudy is ready.\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
