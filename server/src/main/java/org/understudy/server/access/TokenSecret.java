package org.understudy.server.access;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.understudy.storage.keyspace.Digest;

/**
 * The text of a token: {@code ust_}, its id in 8 hexadecimal digits, {@code _}, and 256 random bits in 64. The beginning
 * lets scanners of leaked secrets know it.
 *
 * @param text whole; never logged
 */
public record TokenSecret(String id, String text) {
    private static final Pattern FORM = Pattern.compile("ust_([0-9a-f]{8})_[0-9a-f]{64}");

    public static TokenSecret fresh(SecureRandom random) {
        byte[] id = new byte[4];
        byte[] secret = new byte[32];
        random.nextBytes(id);
        random.nextBytes(secret);
        HexFormat hex = HexFormat.of();
        return new TokenSecret(hex.formatHex(id), "ust_" + hex.formatHex(id) + "_" + hex.formatHex(secret));
    }

    /** Empty if the text has not the form of a token. */
    static Optional<TokenSecret> parse(String text) {
        var matcher = FORM.matcher(text);
        return matcher.matches() ? Optional.of(new TokenSecret(matcher.group(1), text)) : Optional.empty();
    }

    /** SHA-256 of the text, 64 hexadecimal digits. */
    public String sha256() {
        return HexFormat.of().formatHex(Digest.sha256().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "token " + id;
    }
}
