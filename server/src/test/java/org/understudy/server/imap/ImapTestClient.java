package org.understudy.server.imap;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.understudy.server.tls.ServerCertificate;

/** A plain IMAP client: writes octets as told and reads responses with their literals. Text is ISO 8859-1. */
public final class ImapTestClient implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)}$");

    private final Socket plain;
    private Socket socket;
    private InputStream in;
    private OutputStream out;
    private int tags;

    private ImapTestClient(Socket plain, Socket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    public static ImapTestClient plain(InetSocketAddress server) throws IOException {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        return new ImapTestClient(socket, socket);
    }

    /** @param receiveOctets size of the socket's receive buffer */
    public static ImapTestClient tlsWithSmallBuffer(InetSocketAddress server, int receiveOctets) throws Exception {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveOctets);
        socket.connect(server);
        return new ImapTestClient(socket, secured(socket, server, null));
    }

    /** @param host the host name to ask for, if any */
    public static ImapTestClient tls(InetSocketAddress server, @Nullable String host, String... protocols)
            throws Exception {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        return new ImapTestClient(socket, secured(socket, server, host, protocols));
    }

    /** A client that shows a certificate of its own. */
    public static ImapTestClient tlsShowing(InetSocketAddress server, ServerCertificate own, String protocol)
            throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("own", own.key(), new char[0], own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
        keys.init(store, new char[0]);
        KeyManager[] always = {new AlwaysOwn((X509ExtendedKeyManager) keys.getKeyManagers()[0])};
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        return new ImapTestClient(socket, secured(always, socket, server, null, protocol));
    }

    private static SSLSocket secured(
            Socket socket, InetSocketAddress server, @Nullable String host, String... protocols) throws Exception {
        return secured(new KeyManager[0], socket, server, host, protocols);
    }

    private static SSLSocket secured(
            KeyManager[] own, Socket socket, InetSocketAddress server, @Nullable String host, String... protocols)
            throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own, new TrustManager[] {new TrustEveryone()}, null);
        SSLSocket secured = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, server.getAddress().getHostAddress(), server.getPort(), true);
        SSLParameters parameters = secured.getSSLParameters();
        if (host != null) {
            parameters.setServerNames(List.of(new SNIHostName(host)));
        }
        if (protocols.length > 0) {
            parameters.setProtocols(protocols);
        }
        secured.setSSLParameters(parameters);
        secured.setSoTimeout(PATIENCE_MILLIS);
        secured.startHandshake();
        return secured;
    }

    /** A client that has these cipher suites alone. */
    public static ImapTestClient tlsWithSuites(InetSocketAddress server, List<String> suites, String protocol)
            throws Exception {
        Socket socket = new Socket(server.getAddress(), server.getPort());
        socket.setTcpNoDelay(true);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustEveryone()}, null);
        SSLSocket secured = (SSLSocket) context.getSocketFactory()
                .createSocket(socket, server.getAddress().getHostAddress(), server.getPort(), true);
        secured.setEnabledProtocols(new String[] {protocol});
        secured.setEnabledCipherSuites(suites.toArray(String[]::new));
        secured.setSoTimeout(PATIENCE_MILLIS);
        secured.startHandshake();
        return new ImapTestClient(socket, secured);
    }

    /** Turns to TLS on the same connection. */
    public void startTls(InetSocketAddress server) throws Exception {
        socket = secured(plain, server, null);
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** Turns to raw deflate in both directions. */
    public void startDeflate() throws IOException {
        in = new BufferedInputStream(new InflaterInputStream(socket.getInputStream(), new Inflater(true)));
        out = new DeflaterOutputStream(
                socket.getOutputStream(), new Deflater(Deflater.DEFAULT_COMPRESSION, true), 512, true);
    }

    /** The certificate that the server showed. */
    public X509Certificate certificate() throws IOException {
        return (X509Certificate) ((SSLSocket) socket).getSession().getPeerCertificates()[0];
    }

    /** The octets that the server passed on about its certificate (OCSP); none where it did not. */
    public List<byte[]> staples() {
        return ((ExtendedSSLSession) ((SSLSocket) socket).getSession()).getStatusResponses();
    }

    public String cipherSuite() {
        return ((SSLSocket) socket).getSession().getCipherSuite();
    }

    public String tlsProtocol() {
        return ((SSLSocket) socket).getSession().getProtocol();
    }

    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] octets) throws IOException {
        out.write(octets);
        out.flush();
    }

    /** Ends the stream without TLS saying so, as a connection that breaks does; answers on their way can still be read. */
    public void finishSending() throws IOException {
        plain.shutdownOutput();
    }

    /** The next response with its literals, without the last line end. */
    public String line() throws IOException {
        StringBuilder response = new StringBuilder();
        while (true) {
            String line = rawLine();
            response.append(line);
            Matcher literal = LITERAL.matcher(line);
            if (!literal.find()) {
                return response.toString();
            }
            byte[] body = in.readNBytes(Integer.parseInt(literal.group(1)));
            response.append("\r\n").append(new String(body, StandardCharsets.ISO_8859_1));
        }
    }

    private String rawLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed; the last line was cut off: '" + line + "'");
            }
            line.append((char) octet);
        }
        return line.substring(0, Math.max(0, line.length() - 1));
    }

    /** All responses up to and with the tagged one, or the BYE after which the connection ends. */
    public List<String> until(String tag) throws IOException {
        List<String> responses = new ArrayList<>();
        while (true) {
            String response = line();
            responses.add(response);
            if (response.startsWith(tag + " ")) {
                return responses;
            }
        }
    }

    /** Sends a command and returns its responses, the tagged one last. */
    public List<String> command(String text) throws IOException {
        String tag = "t" + ++tags;
        send(tag + " " + text + "\r\n");
        return until(tag);
    }

    /** Sends a command that must succeed. */
    public List<String> ok(String text) throws IOException {
        List<String> responses = command(text);
        String last = responses.get(responses.size() - 1);
        if (!last.matches("\\S+ OK .*")) {
            throw new AssertionError("expected OK to " + text + ", got " + last);
        }
        return responses;
    }

    /** How the server answers a command: OK, NO or BAD, with what follows. */
    public String status(String text) throws IOException {
        List<String> responses = command(text);
        return responses.get(responses.size() - 1).split(" ", 2)[1];
    }

    /** Everything until the server closes. */
    public List<String> untilClosed() throws IOException {
        List<String> responses = new ArrayList<>();
        try {
            while (true) {
                responses.add(line());
            }
        } catch (EOFException | java.net.SocketException e) {
            return responses;
        }
    }

    public InputStream in() {
        return in;
    }

    @Override
    public void close() throws IOException {
        plain.close();
    }

    /** Shows its certificate whatever authorities the server names. */
    private static final class AlwaysOwn extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;

        AlwaysOwn(X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {"own"};
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return "own";
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    private static final class TrustEveryone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
