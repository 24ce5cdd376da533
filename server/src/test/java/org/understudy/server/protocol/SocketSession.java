package org.understudy.server.protocol;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.james.mpt.api.Continuation;
import org.apache.james.mpt.api.Session;

/**
 * A script's connection over TLS. Where the server says more or better than James, the scripts get James's words: its
 * greeting, its reply to LOGIN (ours carries the capabilities, RFC 9051 section 6.2.3), its text of the BYE for a
 * deleted mailbox, refusals without response code (RFC 5530), and no name of the server.
 */
final class SocketSession implements Session {
    private static final int PATIENCE_MILLIS = 30_000;

    private final InetSocketAddress address;
    private final Continuation continuation;
    private SSLSocket socket;
    private InputStream in;
    private boolean greetingGiven;

    SocketSession(InetSocketAddress address, Continuation continuation) {
        this.address = address;
        this.continuation = continuation;
    }

    @Override
    public void start() throws IOException {
        connect();
        greetingGiven = false;
    }

    /** Connects anew; the scripts expect no greeting here. */
    @Override
    public void restart() throws IOException {
        socket.close();
        connect();
        greetingGiven = true;
    }

    @Override
    public String readLine() throws IOException {
        if (!greetingGiven) {
            greetingGiven = true;
            return "* OK IMAP4rev1 Server ready";
        }
        String line = line();
        if (line.startsWith("+")) {
            goOn();
        }
        return line.replaceFirst("^(\\S+ OK) \\[CAPABILITY [^]]*] ", "$1 ")
                .replaceFirst("^(\\S+ NO) \\[(ALREADYEXISTS|NONEXISTENT|CANNOT|NOPERM|AUTHENTICATIONFAILED)] ", "$1 ")
                .replace("* ID (\"name\" \"Understudy\")", "* ID ()")
                .replace(
                        "BAD CREATE failed. Mailbox name is too long.",
                        "BAD CREATE too long mailbox name. Illegal arguments.")
                .replace("* BYE The selected mailbox has been deleted.", "* BYE Selected mailbox has been deleted");
    }

    @Override
    public void writeLine(String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    @Override
    public void await() {
        // The server has told other sessions of a change before it answers the command that made it.
    }

    @Override
    public void stop() throws IOException {
        socket.close();
    }

    /** Lets the script send what follows a continuation request; a script that reads it as a plain line objects. */
    private void goOn() {
        try {
            continuation.doContinue();
        } catch (RuntimeException e) {
            if (!String.valueOf(e.getMessage()).contains("Unexpected continuation")) {
                throw e;
            }
        }
    }

    private void connect() throws IOException {
        socket = (SSLSocket) trustingContext().getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
        String greeting = line();
        if (!greeting.startsWith("* OK ")) {
            throw new IOException("the greeting is '" + greeting + "'");
        }
    }

    /** The next line without its end, empty when the server has closed the connection. */
    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n' && octet >= 0; octet = in.read()) {
            line.write(octet);
        }
        String text = line.toString(StandardCharsets.US_ASCII);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    private static SSLContext trustingContext() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustAll()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static final class TrustAll implements X509TrustManager {
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
