package org.understudy.server.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.understudy.storage.keyspace.Digest;

/**
 * What a ClientHello (RFC 8446 section 4.1.2) tells of the software that sent it, in a form of our own like JA4: {@code
 * 13d17x12-8daaf615}: highest version offered; {@code d} with a host name, {@code i} without; how many cipher suites; {@code
 * x} and how many extensions; the first 8 hexadecimal digits of the SHA-256 of the suites and extensions in numerical order,
 * and the groups and signature algorithms in the client's order, each as 4 hexadecimal digits and a comma, the four lists
 * divided by a semicolon.
 *
 * <p>Left out, so that one client has one family: GREASE (RFC 8701), and extensions that come and go from one connection to
 * the next: host name, ALPN, padding, session ticket, pre-shared key and its modes, early data, cookie.
 */
final class ClientHello {
    private static final int CLIENT_HELLO = 1;
    private static final int RANDOM = 32;
    private static final int SERVER_NAME = 0;
    private static final int GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int VERSIONS = 43;
    private static final List<Integer> FICKLE = List.of(SERVER_NAME, 16, 21, 35, 41, 42, 44, 45);
    private static final int FAMILY_DIGITS = 8;

    private int version;
    private boolean named;
    private final TreeSet<Integer> suites = new TreeSet<>();
    private final TreeSet<Integer> extensions = new TreeSet<>();
    private final List<Integer> groups = new ArrayList<>();
    private final List<Integer> signatures = new ArrayList<>();

    private ClientHello() {}

    /**
     * The family of the client that sent a handshake message.
     *
     * @param message from its type octet on, whole or cut; what follows it is left alone
     * @return empty if it is no whole ClientHello
     */
    static Optional<String> family(ByteBuffer message) {
        ClientHello hello = new ClientHello();
        return hello.read(message.slice()) ? Optional.of(hello.family()) : Optional.empty();
    }

    private boolean read(ByteBuffer in) {
        if (in.remaining() < 4 || in.get(0) != CLIENT_HELLO) {
            return false;
        }
        int length = in.getInt() & 0xff_ffff;
        if (in.remaining() < length) {
            return false;
        }
        in.limit(in.position() + length);
        if (in.remaining() < 2 + RANDOM) {
            return false;
        }
        version = in.getShort() & 0xffff;
        in.position(in.position() + RANDOM);
        Optional<ByteBuffer> session = part(in, 1);
        Optional<ByteBuffer> offered = session.flatMap(ignored -> part(in, 2));
        Optional<ByteBuffer> compression = offered.flatMap(ignored -> part(in, 1));
        if (offered.isEmpty() || compression.isEmpty()) {
            return false;
        }
        suites.addAll(numbers(offered.get()));
        if (!in.hasRemaining()) {
            return true;
        }
        Optional<ByteBuffer> all = part(in, 2);
        return all.isPresent() && extensions(all.get());
    }

    private boolean extensions(ByteBuffer in) {
        while (in.remaining() >= 4) {
            int type = in.getShort() & 0xffff;
            Optional<ByteBuffer> content = part(in, 2);
            if (content.isEmpty()) {
                return false;
            }
            named |= type == SERVER_NAME;
            if (!FICKLE.contains(type) && !grease(type)) {
                extensions.add(type);
            }
            switch (type) {
                case GROUPS -> part(content.get(), 2).ifPresent(list -> groups.addAll(numbers(list)));
                case SIGNATURE_ALGORITHMS -> part(content.get(), 2).ifPresent(list -> signatures.addAll(numbers(list)));
                case VERSIONS ->
                    part(content.get(), 1)
                            .ifPresent(list -> numbers(list).forEach(one -> version = Math.max(version, one)));
                default -> {}
            }
        }
        return !in.hasRemaining();
    }

    /** What stands behind a length of one or two octets. */
    private static Optional<ByteBuffer> part(ByteBuffer in, int lengthOctets) {
        if (in.remaining() < lengthOctets) {
            return Optional.empty();
        }
        int length = lengthOctets == 1 ? in.get() & 0xff : in.getShort() & 0xffff;
        if (in.remaining() < length) {
            return Optional.empty();
        }
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return Optional.of(part);
    }

    private static List<Integer> numbers(ByteBuffer in) {
        List<Integer> numbers = new ArrayList<>();
        while (in.remaining() >= 2) {
            int number = in.getShort() & 0xffff;
            if (!grease(number)) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    /** Numbers that mean nothing and that clients make up (RFC 8701). */
    private static boolean grease(int number) {
        return (number & 0x0f0f) == 0x0a0a && number >> 8 == (number & 0xff);
    }

    private String family() {
        String spoken = switch (version) {
            case 0x0304 -> "13";
            case 0x0303 -> "12";
            case 0x0302 -> "11";
            case 0x0301 -> "10";
            default -> "00";
        };
        StringBuilder all = new StringBuilder();
        for (Iterable<Integer> list : List.<Iterable<Integer>>of(suites, extensions, groups, signatures)) {
            HexFormat hex = HexFormat.of();
            list.forEach(
                    number -> all.append(hex.toHexDigits(number.shortValue())).append(','));
            all.append(';');
        }
        String digest = Digest.of(Digest.sha256().digest(all.toString().getBytes(StandardCharsets.US_ASCII)))
                .toString();
        return spoken + (named ? "d" : "i") + suites.size() + "x" + extensions.size() + "-"
                + digest.substring(0, FAMILY_DIGITS);
    }
}
