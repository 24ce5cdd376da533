package org.understudy.server.clients;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client of a protocol of lines: sends octets as they are given, reads lines that end with CRLF. */
final class LineClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private Socket socket;
    private InputStream in;
    private OutputStream out;

    private LineClient(Socket socket) throws IOException {
        take(socket);
    }

    private void take(Socket now) throws IOException {
        socket = now;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Reads no greeting. */
    static LineClient connect(InetSocketAddress server) throws IOException {
        return new LineClient(new Socket(server.getAddress(), server.getPort()));
    }

    static LineClient over(Socket socket) throws IOException {
        return new LineClient(socket);
    }

    Socket socket() {
        return socket;
    }

    /** Goes on over another socket, as TLS makes one of this. */
    void goOn(Socket over) throws IOException {
        take(over);
    }

    /** Sends characters 0 to 255 as octets. */
    LineClient raw(String octets) throws IOException {
        out.write(octets.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    LineClient raw(byte[] octets) throws IOException {
        out.write(octets);
        return this;
    }

    /** Sends a line. */
    LineClient say(String line) throws IOException {
        return raw(line + "\r\n");
    }

    /** The next line without its end; throws if the server has closed. */
    String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); ; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("closed after " + line);
            }
            if (octet == '\n') {
                byte[] octets = line.toByteArray();
                if (octets.length == 0 || octets[octets.length - 1] != '\r') {
                    throw new IOException("a line ends with LF alone: " + line);
                }
                return new String(octets, 0, octets.length - 1, StandardCharsets.ISO_8859_1);
            }
            line.write(octet);
        }
    }

    /** Sends a line and reads one. */
    String ask(String line) throws IOException {
        return say(line).line();
    }

    /** Lines up to that of one dot, which is left out; dots that transport has added are not. */
    List<String> lines() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); !line.equals("."); line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /** The lines of an SMTP reply. */
    List<String> reply() throws IOException {
        List<String> lines = new ArrayList<>();
        do {
            lines.add(line());
        } while (lines.getLast().charAt(3) == '-');
        return lines;
    }

    /** Whether the server has closed, nothing more being said. */
    boolean closed() {
        try {
            return in.read() < 0;
        } catch (IOException e) {
            return !(e instanceof java.net.SocketTimeoutException);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
