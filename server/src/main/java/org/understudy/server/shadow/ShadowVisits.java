package org.understudy.server.shadow;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.james.mailbox.exception.MailboxException;
import org.understudy.server.imap.EndableSession;

/**
 * Logins of the server's own mail program, one for each shadow that a drill reads. The name cannot be an account's; the
 * password is made for the visit and known to nobody else; both are forgotten when the visit ends.
 */
final class ShadowVisits {
    /** User names begin with a letter or a digit, so nobody has this one. */
    private static final String NAME = "~drill";

    private static final int PASSWORD_OCTETS = 32;
    private static final int LEAVING_TRIES = 250;
    private static final long LEAVING_MILLIS = 20;

    private final Opening opening;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Open> open = new ConcurrentHashMap<>();

    /** Makes the views of the shadows in a folder. */
    interface Opening {
        ShadowViews views(Path shadows, Path restores);
    }

    private record Open(String password, ShadowViews views) {}

    ShadowVisits(Opening opening) {
        this.opening = opening;
    }

    static boolean isVisitor(ShadowName name) {
        return name.who().equals(NAME);
    }

    Shadows.Visit admit(Path folder, String restore) {
        byte[] octets = new byte[PASSWORD_OCTETS];
        random.nextBytes(octets);
        String password = HexFormat.of().formatHex(octets);
        ShadowViews views = opening.views(folder.resolve("shadows"), folder.resolve("restores"));
        if (open.putIfAbsent(restore, new Open(password, views)) != null) {
            views.close();
            throw new IllegalStateException("restore " + restore + " is visited already");
        }
        return new Shadows.Visit() {
            @Override
            public String name() {
                return NAME;
            }

            @Override
            public String password() {
                return password;
            }

            @Override
            public void close() {
                open.remove(restore);
                awaitEmpty(views);
                views.close();
            }
        };
    }

    /** Sessions leave when the server notices that their connection is gone, soon after the client has closed it. */
    private static void awaitEmpty(ShadowViews views) {
        for (int tries = 0; tries < LEAVING_TRIES && !views.isEmpty(); tries++) {
            try {
                Thread.sleep(LEAVING_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Lets a session in; empty if there is no such visit or its password is another. */
    Optional<ShadowView> enter(ShadowName meant, String password, EndableSession session) throws MailboxException {
        Open visit = open.get(meant.restore());
        if (visit == null || !MessageDigest.isEqual(bytes(visit.password()), bytes(password))) {
            return Optional.empty();
        }
        Looker looker = new Looker(NAME, Looker.Audience.ENGINEER, session.client());
        return Optional.of(visit.views().enter(meant.restore(), meant.whose(), looker, session));
    }

    private static byte[] bytes(String password) {
        return password.getBytes(StandardCharsets.UTF_8);
    }
}
