package org.understudy.server.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.sealed.SealedFile;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The tokens of a data folder, in {@code tokens.json} (docs/api.md). One at a time works on a folder: the running server,
 * or a command that holds its store. Thread-safe; each change is on the disk when the method returns.
 */
public final class TokenBook {
    static final String FILE = "tokens.json";

    private static final Logger LOG = LoggerFactory.getLogger(TokenBook.class);
    private static final SealedFile<Content> FORM = new SealedFile<>("understudy-tokens", 1, Content.class);
    private static final Duration USE_IS_KEPT_EVERY = Duration.ofMinutes(5);
    private static final String NO_DIGEST = "0".repeat(64);

    private final Path dataFolder;
    private final Clock clock;
    private final TreeMap<String, AccessToken> tokens = new TreeMap<>();
    private final @Nullable OperatorException damage;
    private Instant usesKeptAt;

    record Content(List<AccessToken> tokens) {
        Content {
            tokens = List.copyOf(tokens);
        }
    }

    private TokenBook(Path dataFolder, Clock clock, List<AccessToken> tokens, @Nullable OperatorException damage) {
        this.dataFolder = dataFolder;
        this.clock = clock;
        this.usesKeptAt = clock.instant();
        this.damage = damage;
        tokens.forEach(token -> this.tokens.put(token.id(), token));
    }

    /** Where the file was damaged or changed by hand no token is admitted, and no other method but {@code admit} works. */
    public static TokenBook open(Path dataFolder, Clock clock) {
        Path file = dataFolder.resolve(FILE);
        try {
            List<AccessToken> tokens = FORM.read(file).map(Content::tokens).orElse(List.of());
            return new TokenBook(dataFolder, clock, tokens, null);
        } catch (SealedFile.DamagedException e) {
            OperatorException damage = new OperatorException(
                    Reason.UNSOUND,
                    file + " " + e.getMessage() + "; no token of it can be trusted, and none is admitted",
                    "Move the file away, start the server again, and make the tokens anew with 'understudy token make'.",
                    e);
            LOG.error("{}. {}", damage.getMessage(), damage.hint());
            return new TokenBook(dataFolder, clock, List.of(), damage);
        }
    }

    /** Whose token this is; empty for a text that is none, and for one that is unknown, revoked or over. */
    public synchronized Optional<Caller> admit(String text) {
        Optional<TokenSecret> given = TokenSecret.parse(text);
        if (given.isEmpty()) {
            return Optional.empty();
        }
        AccessToken known = tokens.get(given.get().id());
        boolean right =
                MessageDigest.isEqual(ascii(given.get().sha256()), ascii(known == null ? NO_DIGEST : known.sha256()));
        Instant now = clock.instant();
        if (known == null || !right || known.over(now)) {
            return Optional.empty();
        }
        AccessToken used = known.usedAt(now);
        tokens.put(used.id(), used);
        if (known.lastUsedAt() == null || Duration.between(usesKeptAt, now).compareTo(USE_IS_KEPT_EVERY) >= 0) {
            keepUses(now);
        }
        return Optional.of(used.caller());
    }

    /** Whether a caller's token is still good, for answers that last. */
    public synchronized boolean stillGood(Caller caller) {
        return tokens.values().stream()
                .anyMatch(token -> token.caller().equals(caller) && !token.over(clock.instant()));
    }

    /** @throws OperatorException {@link Reason#CONFLICT} if there is a token of that id */
    synchronized void add(AccessToken token) {
        requireSound();
        if (tokens.containsKey(token.id())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "there is a token with the id " + token.id() + " already",
                    "Ask for the token again; the id is made by chance.");
        }
        TreeMap<String, AccessToken> next = new TreeMap<>(tokens);
        next.put(token.id(), token);
        replace(next);
    }

    /** @throws OperatorException {@link Reason#NOT_FOUND} if there is none of that id */
    synchronized AccessToken revoke(String id) {
        requireSound();
        TreeMap<String, AccessToken> next = new TreeMap<>(tokens);
        AccessToken gone = next.remove(id);
        if (gone == null) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no token with the id '" + id + "'",
                    "'understudy token list' shows those that there are.");
        }
        tokens.remove(id);
        replace(next);
        return gone;
    }

    synchronized List<AccessToken> all() {
        requireSound();
        return List.copyOf(tokens.values());
    }

    private void requireSound() {
        if (damage != null) {
            throw damage;
        }
    }

    private void replace(Map<String, AccessToken> next) {
        FORM.write(dataFolder, FILE, new Content(List.copyOf(next.values())));
        try {
            Durable.permit(dataFolder.resolve(FILE), "rw-------");
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    dataFolder.resolve(FILE) + " cannot be closed to others: " + e.getMessage(),
                    "Look at the system log for errors of the disk.",
                    e);
        }
        tokens.clear();
        tokens.putAll(next);
        usesKeptAt = clock.instant();
    }

    /** What cannot be kept of this is said in the log; the token is good all the same. */
    private void keepUses(Instant now) {
        usesKeptAt = now;
        try {
            replace(new TreeMap<>(tokens));
        } catch (OperatorException e) {
            LOG.warn("when tokens were used last cannot be kept: {}. {}", e.getMessage(), e.hint());
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
