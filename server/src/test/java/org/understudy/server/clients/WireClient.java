package org.understudy.server.clients;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** An IMAP client that pipelines: commands are sent as they come, responses are read when asked for. One thread. */
final class WireClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 180_000;
    private static final int BUFFER = 64 * 1024;
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)}$");

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private int tags;

    private WireClient(SSLSocket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), BUFFER);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER);
    }

    /**
     * One response.
     *
     * @param text ISO 8859-1, each literal as its announcement followed by CRLF
     * @param literals in their order
     */
    record Response(String text, List<byte[]> literals) {}

    /** Reads the greeting too. */
    static WireClient connect(InetSocketAddress server, Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(server.getAddress(), server.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.setTcpNoDelay(true);
        WireClient client = new WireClient(socket);
        Response greeting = client.response();
        if (!greeting.text().startsWith("* OK")) {
            throw new AssertionError("expected a greeting, got " + greeting.text());
        }
        return client;
    }

    /** Sends a command without waiting. @return its tag */
    String send(String command) throws IOException {
        String tag = "w" + ++tags;
        out.write((tag + " " + command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return tag;
    }

    /** Sends an APPEND with a literal that waits for nothing (RFC 7888). @return its tag */
    String sendAppend(String mailbox, String flags, byte[] message) throws IOException {
        String tag = "w" + ++tags;
        out.write((tag + " APPEND \"" + mailbox + "\" " + flags + "{" + message.length + "+}\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
        out.write(message);
        out.write('\r');
        out.write('\n');
        return tag;
    }

    /** Sends these words and then {@code octets} from {@code from} to {@code to}, now. */
    void sendPart(String words, byte[] octets, int from, int to) throws IOException {
        out.write(words.getBytes(StandardCharsets.ISO_8859_1));
        out.write(octets, from, to - from);
        out.flush();
    }

    /** Reads one response, whatever it is. */
    Response next() throws IOException {
        return response();
    }

    /** Reads up to the tagged response of a command, which must be OK and comes last. */
    List<Response> await(String tag) throws IOException {
        List<Response> responses = answer(tag);
        if (!responses.getLast().text().startsWith(tag + " OK")) {
            throw new AssertionError(
                    "expected " + tag + " OK, got " + responses.getLast().text());
        }
        return responses;
    }

    /** Reads up to the tagged response of a command, whatever it says; it comes last. */
    List<Response> answer(String tag) throws IOException {
        out.flush();
        List<Response> responses = new ArrayList<>();
        while (true) {
            Response response = response();
            responses.add(response);
            if (response.text().startsWith("w")) {
                if (!response.text().startsWith(tag + " ")) {
                    throw new AssertionError("expected " + tag + ", got " + response.text());
                }
                return responses;
            }
        }
    }

    /** The tagged response to a command without its tag. */
    String status(String command) throws IOException {
        String tag = send(command);
        return answer(tag).getLast().text().substring(tag.length() + 1);
    }

    List<Response> ok(String command) throws IOException {
        return await(send(command));
    }

    /** Sends a command and reads up to its tagged response, whatever that says. */
    List<Response> all(String command) throws IOException {
        String tag = send(command);
        out.flush();
        List<Response> responses = new ArrayList<>();
        do {
            responses.add(response());
        } while (!responses.getLast().text().startsWith(tag + " "));
        return responses;
    }

    private Response response() throws IOException {
        StringBuilder text = new StringBuilder();
        List<byte[]> literals = new ArrayList<>();
        while (true) {
            String line = line();
            text.append(line);
            Matcher literal = LITERAL.matcher(line);
            if (!literal.find()) {
                return new Response(text.toString(), literals);
            }
            int size = Integer.parseInt(literal.group(1));
            byte[] octets = in.readNBytes(size);
            if (octets.length < size) {
                throw new EOFException("the server closed within a literal of " + size + " octets");
            }
            literals.add(octets);
            text.append("\r\n");
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed; the last line was cut off: '" + line + "'");
            }
            line.append((char) octet);
        }
        return line.substring(0, line.length() - 1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
