package org.understudy.server.supervise;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.understudy.server.admin.ServerStatus.Listening;

/**
 * Connects as a mail program does and waits for the first octets: the greeting where STARTTLS is spoken (RFC 9051 section
 * 7.1), the acceptance of the connection where TLS comes first. A refusal for too many connections is a sign of life.
 */
final class Greeting {
    private final InetSocketAddress address;
    private final boolean speaks;

    private Greeting(InetSocketAddress address, boolean speaks) {
        this.address = address;
        this.speaks = speaks;
    }

    /** Of the plain listener if there is one, else of the other; empty if there is neither. */
    static Optional<Greeting> of(List<Listening> listeners) {
        return named("imap", listeners)
                .map(one -> new Greeting(address(one), true))
                .or(() -> named("imaps", listeners).map(one -> new Greeting(address(one), false)));
    }

    private static Optional<Listening> named(String name, List<Listening> listeners) {
        return listeners.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    private static InetSocketAddress address(Listening one) {
        InetSocketAddress given = new InetSocketAddress(one.host(), one.port());
        InetAddress host = given.getAddress();
        return host == null || host.isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), one.port())
                : given;
    }

    /** What is wrong, in words; empty if the server greets. */
    Optional<String> missing(int patienceMillis) {
        try (Socket socket = new Socket()) {
            socket.setSoTimeout(patienceMillis);
            socket.connect(address, patienceMillis);
            if (!speaks) {
                return Optional.empty();
            }
            String line = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return line != null && line.startsWith("* ")
                    ? Optional.empty()
                    : Optional.of("it closed a connection without a word");
        } catch (IOException e) {
            return Optional.of(e.toString());
        }
    }
}
