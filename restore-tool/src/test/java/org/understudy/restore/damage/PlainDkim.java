package org.understudy.restore.damage;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Body hashes of DKIM and ARC, computed the plain way after RFC 6376 section 3.4, apart from the code under measure. */
final class PlainDkim {
    private static final Pattern SIGNATURE = Pattern.compile(
            "(?:^|\\n)(?:DKIM|ARC-Message)-Signature[ \\t]*:([^\\n]*(?:\\n[ \\t][^\\n]*)*)", Pattern.CASE_INSENSITIVE);

    private PlainDkim() {}

    /** Whether a signature in {@code header} that has no {@code l=} fits {@code body}. */
    static boolean fits(String header, String body) {
        Matcher signature = SIGNATURE.matcher(header);
        while (signature.find()) {
            String tags = signature.group(1).replaceAll("\\s", "");
            String hash = tag(tags, "bh");
            if (!hash.isEmpty() && tag(tags, "l").isEmpty() && hash.equals(hash(tags, body))) {
                return true;
            }
        }
        return false;
    }

    private static String hash(String tags, String body) {
        boolean relaxed = tag(tags, "c").toLowerCase(Locale.ROOT).endsWith("/relaxed");
        String canonical = body.replaceAll("\r?\n", "\r\n");
        if (relaxed) {
            canonical = canonical.replaceAll("[ \t]+(?=\r\n|$)", "").replaceAll("[ \t]+", " ");
        }
        canonical = canonical.replaceAll("(?:\r\n)+\\z", "");
        canonical = canonical.isEmpty() && relaxed ? "" : canonical + "\r\n";
        try {
            String algorithm = tag(tags, "a").toLowerCase(Locale.ROOT).endsWith("sha1") ? "SHA-1" : "SHA-256";
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm)
                            .digest(canonical.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1 and SHA-256", e);
        }
    }

    private static String tag(String tags, String name) {
        for (String tag : tags.split(";")) {
            if (tag.startsWith(name + "=")) {
                return tag.substring(name.length() + 1);
            }
        }
        return "";
    }
}
