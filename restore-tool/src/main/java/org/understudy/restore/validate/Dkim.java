package org.understudy.restore.validate;

import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a DKIM-Signature (RFC 6376 section 3.5) or ARC-Message-Signature (RFC 8617) says of the body.
 *
 * @param domain {@code d=} in lower case
 * @param instance number of the ARC set ({@code i=}), or empty for DKIM, whose {@code i=} is an identity
 * @param relaxed whether the body is canonicalised relaxed, else simple
 * @param algorithm for {@link java.security.MessageDigest}
 * @param limit {@code l=}: canonical octets that are signed, or -1 for all
 * @param bodyHash {@code bh=} in lower-case hexadecimal
 * @param signedFields {@code h=}, lower case, in order
 */
record Dkim(
        String domain,
        String instance,
        boolean relaxed,
        String algorithm,
        long limit,
        String bodyHash,
        List<String> signedFields) {
    private static final int INSTANCE_DIGITS = 2;

    /** Reads a field's unfolded value; null where it names no body hash that can be recomputed. */
    static @Nullable Dkim read(String value) {
        Map<String, String> tags = new HashMap<>();
        for (String tag : value.split(";", 64)) {
            int equals = tag.indexOf('=');
            if (equals > 0) {
                tags.putIfAbsent(
                        tag.substring(0, equals).trim(),
                        tag.substring(equals + 1).trim());
            }
        }
        String algorithm = tags.getOrDefault("a", "").toLowerCase(Locale.ROOT);
        String digest = algorithm.endsWith("-sha256") ? "SHA-256" : algorithm.endsWith("-sha1") ? "SHA-1" : "";
        String hash = tags.getOrDefault("bh", "").replaceAll("\\s", "");
        if (digest.isEmpty() || hash.isEmpty()) {
            return null;
        }
        String[] canonical =
                tags.getOrDefault("c", "simple/simple").toLowerCase(Locale.ROOT).split("/", 2);
        String body = canonical.length < 2 ? "simple" : canonical[1].trim();
        if (!body.equals("relaxed") && !body.equals("simple")) {
            return null;
        }
        try {
            byte[] decoded = Base64.getDecoder().decode(hash);
            if (decoded.length != (digest.equals("SHA-256") ? 32 : 20)) {
                return null;
            }
            long limit = tags.containsKey("l") ? Long.parseLong(tags.getOrDefault("l", "")) : -1;
            String fields = tags.getOrDefault("h", "").replaceAll("\\s", "").toLowerCase(Locale.ROOT);
            return new Dkim(
                    tags.getOrDefault("d", "").toLowerCase(Locale.ROOT),
                    instance(tags.getOrDefault("i", "")),
                    body.equals("relaxed"),
                    digest,
                    limit,
                    HexFormat.of().formatHex(decoded),
                    List.of(fields.split(":")));
        } catch (IllegalArgumentException notAsSpecified) {
            return null;
        }
    }

    /** RFC 8617 section 4.2.1: 1 to 50. */
    private static String instance(String value) {
        boolean number = !value.isEmpty()
                && value.length() <= INSTANCE_DIGITS
                && value.chars().allMatch(Character::isDigit);
        return number ? value : "";
    }

    /** Whether a hash over the body is the one that was signed. */
    boolean signed(byte[] hash) {
        return HexFormat.of().formatHex(hash).equals(bodyHash);
    }

    /** Whether two signatures need the same hash. */
    boolean hashesLike(Dkim other) {
        return relaxed == other.relaxed && algorithm.equals(other.algorithm) && limit == other.limit;
    }
}
