package org.understudy.server.account;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password for SCRAM-SHA-256 (RFC 5802 section 3, RFC 7677), as the text {@code
 * SCRAM-SHA-256$ITERATIONS:SALT$STOREDKEY:SERVERKEY} (RFC 5803). Whoever has it can test guesses of the password at the cost
 * of the iterations, and can pass for the server, but cannot log in.
 */
public final class ScramKeys {
    private static final Pattern FORM = Pattern.compile(
            "SCRAM-SHA-256\\$([0-9]{1,7}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]{44}):([A-Za-z0-9+/=]{44})");
    private static final int FEWEST_ITERATIONS = 4096;
    private static final int KEY_BYTES = 32;

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramKeys(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        if (iterations < FEWEST_ITERATIONS || salt.length < 8) {
            throw new IllegalArgumentException(iterations + " iterations, salt of " + salt.length + " bytes");
        }
        this.iterations = iterations;
        this.salt = salt.clone();
        this.storedKey = storedKey.clone();
        this.serverKey = serverKey.clone();
    }

    /**
     * Computes the keys of a password, prepared as RFC 4013 wants it.
     *
     * @param iterations 4,096 or more
     * @param salt 8 bytes or more
     */
    public static ScramKeys compute(CharSequence password, int iterations, byte[] salt) {
        byte[] bytes = prepared(password);
        try {
            byte[] salted = saltedPassword(bytes, iterations, salt);
            byte[] clientKey = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
            byte[] serverKey = hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII));
            byte[] storedKey = sha256(clientKey);
            Arrays.fill(salted, (byte) 0);
            Arrays.fill(clientKey, (byte) 0);
            return new ScramKeys(iterations, salt, storedKey, serverKey);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** Keys that no password has, the same for each salt and server; for a user who is not there. */
    static ScramKeys ofNobody(int iterations, byte[] salt, byte[] keys) {
        return new ScramKeys(iterations, salt, sha256(keys), keys);
    }

    /** PBKDF2 with HMAC-SHA-256, one block (RFC 5802 section 2.2, Hi). */
    private static byte[] saltedPassword(byte[] password, int iterations, byte[] salt) {
        // HMAC pads a key with zeros, so that no byte is the same as one zero byte, which SecretKeySpec accepts.
        Mac mac = mac(password.length == 0 ? new byte[1] : password);
        mac.update(salt);
        byte[] block = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] sum = block.clone();
        for (int i = 1; i < iterations; i++) {
            block = mac.doFinal(block);
            for (int at = 0; at < sum.length; at++) {
                sum[at] ^= block[at];
            }
        }
        return sum;
    }

    /** Spaces of any kind become one space, what is mapped to nothing goes, then Unicode form KC (RFC 4013 section 2). */
    private static byte[] prepared(CharSequence password) {
        StringBuilder mapped = new StringBuilder(password.length());
        password.codePoints().forEach(c -> {
            if (Character.getType(c) == Character.SPACE_SEPARATOR) {
                mapped.append(' ');
            } else if (c != 0xad && c != 0x200b && c != 0x200c && c != 0x200d && c != 0x2060 && c != 0xfeff) {
                mapped.appendCodePoint(c);
            }
        });
        return Normalizer.normalize(mapped, Normalizer.Form.NFKC).getBytes(StandardCharsets.UTF_8);
    }

    /** Empty if the text is not of that form. */
    public static Optional<ScramKeys> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            byte[] storedKey = base64.decode(matcher.group(3));
            byte[] serverKey = base64.decode(matcher.group(4));
            return storedKey.length == KEY_BYTES && serverKey.length == KEY_BYTES
                    ? Optional.of(new ScramKeys(
                            Integer.parseInt(matcher.group(1)), base64.decode(matcher.group(2)), storedKey, serverKey))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }

    public int iterations() {
        return iterations;
    }

    public byte[] salt() {
        return salt.clone();
    }

    /**
     * Whether a client has proven that it knows the password (RFC 5802 section 3). Takes the same time wherever a proof is
     * wrong.
     */
    public boolean proven(byte[] authMessage, byte[] proof) {
        if (proof.length != KEY_BYTES) {
            return false;
        }
        byte[] clientKey = hmac(storedKey, authMessage);
        for (int at = 0; at < clientKey.length; at++) {
            clientKey[at] ^= proof[at];
        }
        return MessageDigest.isEqual(storedKey, sha256(clientKey));
    }

    /** What proves to the client that the server has the keys. */
    public byte[] serverSignature(byte[] authMessage) {
        return hmac(serverKey, authMessage);
    }

    static byte[] hmac(byte[] key, byte[] text) {
        return mac(key).doFinal(text);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA-256", e);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Without salt and keys. */
    @Override
    public String toString() {
        return "SCRAM-SHA-256 i=" + iterations;
    }
}
