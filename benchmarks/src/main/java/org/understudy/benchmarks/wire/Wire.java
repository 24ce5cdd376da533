package org.understudy.benchmarks.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * An IMAP connection that reads with as little work as can be: lines are found in one buffer, literals are stepped over,
 * responses are counted, and nothing becomes a string but what a measurement asks for. One thread at a time.
 */
public final class Wire implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 600_000;
    private static final int CONNECT_MILLIS = 30_000;
    private static final int MOST_LINE = 64 << 20;
    private static final SSLContext TRUSTING = trusting();

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer;
    private int from;
    private int to;
    private int lineFrom;
    private int lineTo;
    private int tags;
    private String capabilities = "";

    private Wire(Socket socket, int buffer) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.buffer = new byte[buffer];
    }

    /** Connects and reads the greeting. */
    public static Wire connect(Endpoint endpoint) throws IOException {
        return connect(endpoint, 1 << 16);
    }

    /** @param buffer octets to begin with; it grows to the longest line */
    public static Wire connect(Endpoint endpoint, int buffer) throws IOException {
        Socket plain = new Socket();
        try {
            plain.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), CONNECT_MILLIS);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(PATIENCE_MILLIS);
            Socket socket = plain;
            if (endpoint.tls()) {
                SSLSocket secured = (SSLSocket)
                        TRUSTING.getSocketFactory().createSocket(plain, endpoint.host(), endpoint.port(), true);
                secured.startHandshake();
                socket = secured;
            }
            Wire wire = new Wire(socket, buffer);
            wire.nextLine();
            String greeting = wire.lineText();
            if (!greeting.startsWith("* OK")) {
                throw new RefusedException("(connecting)", greeting);
            }
            return wire;
        } catch (IOException | RuntimeException e) {
            plain.close();
            throw e;
        }
    }

    /** Connects and logs in. */
    public static Wire login(Endpoint endpoint, String user, String password) throws IOException {
        Wire wire = connect(endpoint);
        try {
            wire.login(user, password);
            return wire;
        } catch (IOException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    public void login(String user, String password) throws IOException {
        String tag = send("LOGIN " + quoted(user) + " " + quoted(password));
        Reply reply = until(tag);
        if (!reply.tagged.startsWith("OK")) {
            throw new RefusedException("LOGIN " + user, reply.tagged);
        }
    }

    /** What the server announces now, with a space before and after each word, in upper case. */
    public String capabilities() throws IOException {
        ok("CAPABILITY");
        return capabilities;
    }

    /** Sends a command and gives its tag. */
    public String send(String command) throws IOException {
        String tag = "t" + ++tags;
        out.write((tag + " " + command + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return tag;
    }

    /** Octets of one's own, as they are. */
    public void write(byte[] octets, int offset, int length) throws IOException {
        out.write(octets, offset, length);
    }

    /** A tag for a command that is written by {@link #write}. */
    public String nextTag() {
        return "t" + ++tags;
    }

    /** Sends a command and reads its whole answer, which must be OK. */
    public Reply ok(String command) throws IOException {
        Reply reply = until(send(command));
        if (!reply.tagged.startsWith("OK")) {
            throw new RefusedException(command, reply.tagged + reply.refusal);
        }
        return reply;
    }

    /** Reads up to the tagged line, whatever it says. */
    public Reply until(String tag) throws IOException {
        byte[] mark = (tag + " ").getBytes(StandardCharsets.US_ASCII);
        Reply reply = new Reply();
        boolean continued = false;
        while (true) {
            nextLine();
            long literal = literalAtEnd();
            if (!continued) {
                if (startsWith(mark)) {
                    reply.tagged = text(lineFrom + mark.length, lineTo);
                    scanCodes(reply, reply.tagged);
                    return reply;
                }
                count(reply);
            }
            if (literal >= 0) {
                reply.literalOctets += literal;
                skip(literal);
                continued = true;
            } else {
                continued = false;
            }
        }
    }

    /** Reads one line that must begin with {@code +}. */
    public void continuation() throws IOException {
        do {
            nextLine();
        } while (buffer[lineFrom] == '*');
        if (buffer[lineFrom] != '+') {
            throw new RefusedException("(a continuation)", lineText());
        }
    }

    /** Reads lines until one is {@code * n EXISTS}, as it comes unasked for while idling. @return n */
    public long awaitExists() throws IOException {
        Reply reply = new Reply();
        while (reply.exists < 0) {
            nextLine();
            count(reply);
        }
        return reply.exists;
    }

    /** Gives the buffer's memory back, for connections that only wait. Nothing that has come is lost. */
    public void shrink(int octets) {
        int kept = to - from;
        byte[] smaller = new byte[Math.max(octets, kept)];
        System.arraycopy(buffer, from, smaller, 0, kept);
        buffer = smaller;
        from = 0;
        to = kept;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Ends with LOGOUT. */
    public void logout() throws IOException {
        ok("LOGOUT");
        close();
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private void count(Reply reply) {
        if (lineTo - lineFrom < 3 || buffer[lineFrom] != '*') {
            return;
        }
        int at = lineFrom + 2;
        long number = 0;
        int digits = at;
        while (at < lineTo && buffer[at] >= '0' && buffer[at] <= '9') {
            number = number * 10 + (buffer[at++] - '0');
        }
        if (at > digits && at + 1 < lineTo) {
            int first = buffer[at + 1] & 0xDF;
            int second = at + 2 < lineTo ? buffer[at + 2] & 0xDF : 0;
            if (first == 'F') {
                reply.fetches++;
            } else if (first == 'E' && second == 'X') {
                if ((buffer[at + 3] & 0xDF) == 'I') {
                    reply.exists = number;
                } else {
                    reply.expunges++;
                }
            }
            return;
        }
        // Long lines of search results are not made into text; what a server can do, and what vanished, may be as long.
        int kind = buffer[lineFrom + 2] & 0xDF;
        String text = lineTo - lineFrom < 400 || kind == 'V' || kind == 'C' ? text(lineFrom + 2, lineTo) : "";
        if (text.startsWith("OK ")) {
            scanCodes(reply, text);
        } else if (text.startsWith("VANISHED")) {
            reply.vanished += uidsNamed(text);
        } else if (text.toUpperCase(Locale.ROOT).startsWith("CAPABILITY ")) {
            capabilities = text.substring(10).toUpperCase(Locale.ROOT) + " ";
        } else if (text.startsWith("BYE") || text.startsWith("NO ")) {
            reply.refusal = " (" + text + ")";
        } else if (kind == 'S' && (buffer[lineFrom + 4] & 0xDF) == 'A') {
            reply.hits = numbers();
        }
    }

    private long numbers() {
        long numbers = 0;
        boolean before = false;
        for (int i = lineFrom + 8; i < lineTo; i++) {
            boolean digit = buffer[i] >= '0' && buffer[i] <= '9';
            if (digit && !before) {
                numbers++;
            }
            before = digit;
        }
        return numbers;
    }

    private static long uidsNamed(String vanished) {
        long named = 0;
        for (String part : vanished.substring(vanished.lastIndexOf(' ') + 1).split(",")) {
            int colon = part.indexOf(':');
            named += colon < 0
                    ? 1
                    : Long.parseLong(part.substring(colon + 1)) - Long.parseLong(part.substring(0, colon)) + 1;
        }
        return named;
    }

    private static void scanCodes(Reply reply, String text) {
        int modseq = text.indexOf("[HIGHESTMODSEQ ");
        if (modseq >= 0) {
            reply.highestModseq = number(text, modseq + 15);
        }
        int validity = text.indexOf("[UIDVALIDITY ");
        if (validity >= 0) {
            reply.uidValidity = number(text, validity + 13);
        }
    }

    private static long number(String text, int at) {
        int end = at;
        while (end < text.length() && Character.isDigit(text.charAt(end))) {
            end++;
        }
        return end == at ? -1 : Long.parseLong(text.substring(at, end));
    }

    private boolean startsWith(byte[] mark) {
        return lineTo - lineFrom >= mark.length
                && Arrays.equals(buffer, lineFrom, lineFrom + mark.length, mark, 0, mark.length);
    }

    /** Octets of the literal that the line announces at its end, or -1. */
    private long literalAtEnd() {
        int at = lineTo - 1;
        if (at <= lineFrom || buffer[at] != '}') {
            return -1;
        }
        long value = 0;
        long place = 1;
        int digits = 0;
        for (at--; at >= lineFrom && buffer[at] >= '0' && buffer[at] <= '9'; at--) {
            value += (buffer[at] - '0') * place;
            place *= 10;
            digits++;
        }
        return digits > 0 && at >= lineFrom && buffer[at] == '{' ? value : -1;
    }

    private void nextLine() throws IOException {
        int scanned = from;
        while (true) {
            for (int i = scanned; i < to; i++) {
                if (buffer[i] == '\n') {
                    lineFrom = from;
                    lineTo = i > from && buffer[i - 1] == '\r' ? i - 1 : i;
                    from = i + 1;
                    return;
                }
            }
            scanned = to - from;
            fill();
            scanned += from;
        }
    }

    private void fill() throws IOException {
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == buffer.length) {
            if (from > 0) {
                System.arraycopy(buffer, from, buffer, 0, to - from);
                to -= from;
                from = 0;
            } else if (buffer.length >= MOST_LINE) {
                throw new IOException("a line of more than " + MOST_LINE + " octets");
            } else {
                buffer = Arrays.copyOf(buffer, buffer.length * 2);
            }
        }
        int read = in.read(buffer, to, buffer.length - to);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        to += read;
    }

    private void skip(long octets) throws IOException {
        long left = octets;
        while (left > to - from) {
            left -= to - from;
            from = 0;
            to = 0;
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                throw new EOFException("the server closed the connection inside a literal");
            }
            to = read;
        }
        from += (int) left;
    }

    private String lineText() {
        return text(lineFrom, lineTo);
    }

    private String text(int start, int end) {
        return new String(buffer, start, end - start, StandardCharsets.ISO_8859_1);
    }

    private static SSLContext trusting() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustEveryone()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no TLS in this runtime", e);
        }
    }

    /** For measurements, which compare no names. */
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
