package org.understudy.server.account;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * One Argon2id hash (RFC 9106, version 19) as the PHC string {@code $argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$HASH},
 * salt and hash in Base64 without padding.
 */
final class Argon2Hash {
    private static final Pattern FORM = Pattern.compile(
            "\\$argon2id\\$v=19\\$m=([0-9]{1,8}),t=([0-9]{1,3}),p=([0-9]{1,2})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");
    /** A hash from elsewhere cannot make a login take more memory than this, 1 GiB. */
    private static final int MOST_KIBIBYTES = 1 << 20;

    private static final int MOST_PASSES = 100;

    private final int memoryKibibytes;
    private final int passes;
    private final int lanes;
    private final byte[] salt;
    private final byte[] digest;

    /**
     * @param memoryKibibytes m, 8 for each lane at least
     * @param passes t, 1 at least
     * @param lanes p, 1 at least
     * @param salt 8 to 64 bytes
     * @param digest 16 to 64 bytes
     */
    Argon2Hash(int memoryKibibytes, int passes, int lanes, byte[] salt, byte[] digest) {
        if (lanes < 1
                || passes < 1
                || passes > MOST_PASSES
                || memoryKibibytes < 8 * lanes
                || memoryKibibytes > MOST_KIBIBYTES
                || salt.length < 8
                || salt.length > 64
                || digest.length < 16
                || digest.length > 64) {
            throw new IllegalArgumentException("Argon2 parameters out of range: m=" + memoryKibibytes + ", t=" + passes
                    + ", p=" + lanes + ", salt " + salt.length + " bytes, hash " + digest.length + " bytes");
        }
        this.memoryKibibytes = memoryKibibytes;
        this.passes = passes;
        this.lanes = lanes;
        this.salt = salt.clone();
        this.digest = digest.clone();
    }

    /** Computes the hash of a password; takes {@code memoryKibibytes} of heap while it runs. */
    static Argon2Hash compute(byte[] password, int memoryKibibytes, int passes, int lanes, byte[] salt, int length) {
        Argon2BytesGenerator generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memoryKibibytes)
                .withIterations(passes)
                .withParallelism(lanes)
                .withSalt(salt)
                .build());
        byte[] digest = new byte[length];
        generator.generateBytes(password, digest);
        return new Argon2Hash(memoryKibibytes, passes, lanes, salt, digest);
    }

    /** Empty if the text is not such a PHC string or its numbers are out of range. */
    static Optional<Argon2Hash> parse(String phc) {
        Matcher matcher = FORM.matcher(phc);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Argon2Hash(
                    Integer.parseInt(matcher.group(1)),
                    Integer.parseInt(matcher.group(2)),
                    Integer.parseInt(matcher.group(3)),
                    Base64.getDecoder().decode(matcher.group(4)),
                    Base64.getDecoder().decode(matcher.group(5))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Takes the same time wherever the hashes differ. */
    boolean matches(byte[] password) {
        Argon2Hash other = compute(password, memoryKibibytes, passes, lanes, salt, digest.length);
        return MessageDigest.isEqual(digest, other.digest);
    }

    boolean hasCost(int kibibytes, int t, int p) {
        return memoryKibibytes == kibibytes && passes == t && lanes == p;
    }

    String toPhc() {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=19$m=" + memoryKibibytes + ",t=" + passes + ",p=" + lanes + "$"
                + base64.encodeToString(salt) + "$" + base64.encodeToString(digest);
    }

    /** Without salt and hash. */
    @Override
    public String toString() {
        return "argon2id m=" + memoryKibibytes + " t=" + passes + " p=" + lanes;
    }
}
