package org.understudy.server.account;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Makes and checks password hashes of one cost. Passwords are taken in Unicode form C and UTF-8 (RFC 8265 section 4.2),
 * so that an accented letter is the same whichever keyboard wrote it. Thread-safe.
 */
public final class PasswordHash {
    private static final int SALT_BYTES = 16;
    private static final int DIGEST_BYTES = 32;
    private static final int LONGEST_PASSWORD = 1024;

    private final int memoryKibibytes;
    private final int passes;
    private final int lanes;
    private final SecureRandom random;
    private final Argon2Hash nobody;

    public PasswordHash(HashCost cost, SecureRandom random) {
        this.memoryKibibytes = Math.toIntExact(cost.memory().bytes() >> 10);
        this.passes = cost.passes();
        this.lanes = cost.lanes();
        this.random = random;
        this.nobody = new Argon2Hash(memoryKibibytes, passes, lanes, salt(), new byte[DIGEST_BYTES]);
    }

    /**
     * Hashes a new password with a fresh salt.
     *
     * @return PHC string
     * @throws OperatorException {@link Reason#USAGE} for an empty password, one of more than 1,024 characters, or one
     *     with control characters, which no mail program can send
     */
    public String hash(char[] password) {
        if (password.length == 0) {
            throw new OperatorException(Reason.USAGE, "the password is empty", "choose a password of some length");
        }
        if (password.length > LONGEST_PASSWORD) {
            throw new OperatorException(
                    Reason.USAGE,
                    "the password has " + password.length + " characters; at most " + LONGEST_PASSWORD + " are allowed",
                    "choose a shorter one");
        }
        for (char c : password) {
            if (Character.isISOControl(c)) {
                throw new OperatorException(
                        Reason.USAGE,
                        "the password contains a control character",
                        "choose one that can be typed; from a file, give exactly one line");
            }
        }
        byte[] bytes = bytes(CharBuffer.wrap(password));
        try {
            return Argon2Hash.compute(bytes, memoryKibibytes, passes, lanes, salt(), DIGEST_BYTES)
                    .toPhc();
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /**
     * True if the hash is this password's.
     *
     * @throws IllegalStateException if {@code phc} is no Argon2id hash
     */
    public boolean verify(String phc, CharSequence password) {
        Argon2Hash hash = Argon2Hash.parse(phc)
                .orElseThrow(() -> new IllegalStateException("a stored password hash is not an Argon2id PHC string"));
        return matches(hash, password);
    }

    /** Takes as long as {@link #verify} of a hash of today's cost, for a user who does not exist. */
    void verifyNobody(CharSequence password) {
        matches(nobody, password);
    }

    /** True if the hash was made with another cost than today's. */
    public boolean outdated(String phc) {
        return Argon2Hash.parse(phc)
                .filter(hash -> hash.hasCost(memoryKibibytes, passes, lanes))
                .isEmpty();
    }

    /** True if the text is a hash that {@link #verify} can check. */
    static boolean isHash(String phc) {
        return Argon2Hash.parse(phc).isPresent();
    }

    private static boolean matches(Argon2Hash hash, CharSequence password) {
        if (password.length() > LONGEST_PASSWORD) {
            return false;
        }
        byte[] bytes = bytes(password);
        try {
            return hash.matches(bytes);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** The password's octets in the form in which it is hashed; the caller wipes them. */
    static byte[] bytes(CharSequence password) {
        CharSequence composed = Normalizer.isNormalized(password, Normalizer.Form.NFC)
                ? password
                : Normalizer.normalize(password, Normalizer.Form.NFC);
        byte[] room = new byte[3 * composed.length()];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(composed), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    private byte[] salt() {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return salt;
    }
}
