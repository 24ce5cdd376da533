package org.understudy.restore.repository.backend.encrypted;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.understudy.storage.keyspace.Digest;

/** What a repository's data key seals: names, and with a key of its own each file. */
final class DataKey {
    private static final String DIGEST = "[0-9a-f]{64}";
    private static final String SEALED = "[0-9a-f]{96}";
    private static final int START = 16;
    private static final byte[] NO_SALT = new byte[Primitives.KEY];

    private final byte[] key;
    private final byte[] nameMac;
    private final byte[] nameStream;
    private final byte[] salt;

    DataKey(byte[] key) {
        this.key = key.clone();
        byte[] names = Primitives.derive(key, NO_SALT, "understudy names 1", "", 2 * Primitives.KEY);
        this.nameMac = Arrays.copyOf(names, Primitives.KEY);
        this.nameStream = Arrays.copyOfRange(names, Primitives.KEY, 2 * Primitives.KEY);
        this.salt = Primitives.derive(key, NO_SALT, "understudy salts 1", "", Primitives.KEY);
    }

    byte[] bytes() {
        return key.clone();
    }

    /** The salt of a file: the same for the same bytes under the same name. */
    byte[] salt(String name, Digest content, long size) {
        return Primitives.hmac(
                salt,
                name.getBytes(StandardCharsets.UTF_8),
                new byte[1],
                content.toBytes(),
                Primitives.eightBytes(size));
    }

    /** The keys of one file: 32 bytes for chunks, 32 for nonces. */
    byte[] fileKeys(String name, byte[] fileSalt) {
        return Primitives.derive(key, fileSalt, "understudy file 1", name, 2 * Primitives.KEY);
    }

    /**
     * The name that the backend below sees: a last part that is a SHA-256 in 64 digits is sealed, and the two digits before
     * it follow; other names stay. The sealing is deterministic and can be undone (a synthetic start as in RFC 5297, with
     * HMAC in the place of CMAC).
     */
    String sealName(String name) {
        int slash = name.lastIndexOf('/');
        String last = name.substring(slash + 1);
        if (!last.matches(DIGEST)) {
            return name;
        }
        byte[] text = HexFormat.of().parseHex(last);
        byte[] start = Arrays.copyOf(Primitives.hmac(nameMac, text), START);
        String sealed =
                HexFormat.of().formatHex(start) + HexFormat.of().formatHex(Primitives.stream(nameStream, start, text));
        String folder = name.substring(0, slash + 1);
        String shard = last.substring(0, 2) + "/";
        return (folder.endsWith("/" + shard)
                        ? folder.substring(0, folder.length() - shard.length()) + sealed.substring(0, 2) + "/"
                        : folder)
                + sealed;
    }

    /** The name that {@link #sealName} made this of, or empty if it made none. */
    Optional<String> openName(String name) {
        int slash = name.lastIndexOf('/');
        String last = name.substring(slash + 1);
        if (!last.matches(SEALED)) {
            return last.matches(DIGEST) ? Optional.empty() : Optional.of(name);
        }
        byte[] sealed = HexFormat.of().parseHex(last);
        byte[] start = Arrays.copyOf(sealed, START);
        byte[] text = Primitives.stream(nameStream, start, Arrays.copyOfRange(sealed, START, sealed.length));
        if (!Arrays.equals(start, Arrays.copyOf(Primitives.hmac(nameMac, text), START))) {
            return Optional.empty();
        }
        String digest = HexFormat.of().formatHex(text);
        String folder = name.substring(0, slash + 1);
        String shard = last.substring(0, 2) + "/";
        return Optional.of((folder.endsWith("/" + shard)
                        ? folder.substring(0, folder.length() - shard.length()) + digest.substring(0, 2) + "/"
                        : folder)
                + digest);
    }
}
