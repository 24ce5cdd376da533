package org.understudy.server.doctor;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Listens by a socket of its own, without accepting anybody. */
public final class SocketPortTrial implements PortTrial {
    @Override
    public Outcome listen(String host, int port) {
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            return new Outcome.NoSuchAddress("no address is known of it");
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address, port), 1);
            return new Outcome.Free();
        } catch (BindException e) {
            String words = String.valueOf(e.getMessage());
            String lower = words.toLowerCase(Locale.ROOT);
            if (lower.contains("in use")) {
                return new Outcome.Taken();
            }
            return lower.contains("permission") ? new Outcome.Forbidden() : new Outcome.NoSuchAddress(words);
        } catch (SocketException e) {
            String words = String.valueOf(e.getMessage());
            return words.toLowerCase(Locale.ROOT).contains("permission")
                    ? new Outcome.Forbidden()
                    : new Outcome.NoSuchAddress(words);
        } catch (IOException e) {
            return new Outcome.NoSuchAddress(String.valueOf(e.getMessage()));
        }
    }
}
