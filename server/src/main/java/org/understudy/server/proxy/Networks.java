package org.understudy.server.proxy;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A list of addresses and networks, as {@code 192.0.2.1}, {@code 10.0.0.0/8}, {@code ::1} or {@code fd00::/8}. */
public final class Networks {
    /** Contains nobody. */
    public static final Networks NONE = new Networks(List.of());

    private final List<Network> all;

    private static final class Network {
        private final byte[] address;
        private final int bits;

        Network(byte[] address, int bits) {
            this.address = address;
            this.bits = bits;
        }

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xFF : 0xFF << (8 - (bits - bit));
                if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    private Networks(List<Network> all) {
        this.all = all;
    }

    /** @throws IllegalArgumentException naming the first text that is none */
    public static Networks of(List<String> texts) {
        List<Network> networks = new ArrayList<>(texts.size());
        for (String text : texts) {
            networks.add(parse(text)
                    .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no address or network")));
        }
        return new Networks(List.copyOf(networks));
    }

    /** Whether a text is an address or a network. */
    public static boolean isOne(String text) {
        return parse(text).isPresent();
    }

    private static Optional<Network> parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        if (address == null) {
            return Optional.empty();
        }
        int most = address.length * 8;
        if (slash < 0) {
            return Optional.of(new Network(address, most));
        }
        String bits = text.substring(slash + 1);
        if (!bits.matches("\\d{1,3}") || Integer.parseInt(bits) > most) {
            return Optional.empty();
        }
        return Optional.of(new Network(address, Integer.parseInt(bits)));
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public boolean contains(InetAddress address) {
        byte[] octets = address.getAddress();
        return all.stream().anyMatch(network -> network.contains(octets));
    }

    /** Whether the other end of a connection is on a network of the list. */
    public boolean contains(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null && contains(inet.getAddress());
    }
}
