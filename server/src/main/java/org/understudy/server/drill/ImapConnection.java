package org.understudy.server.drill;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.understudy.restore.source.maildir.ModifiedUtf7;
import org.understudy.storage.keyspace.Digest;

/**
 * A mail program's connection to this very server: IMAP4rev1 over TLS, reading commands only (RFC 3501). The certificate must
 * be one of the server's own, whatever its names and whoever signed it.
 */
final class ImapConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int LONGEST_LINE = 1 << 20;
    private static final int KEPT = 1 << 16;
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d{1,18})\\}$");
    private static final Pattern LIST =
            Pattern.compile("^\\* LIST \\(([^)]*)\\) (?:\"(?:[^\"\\\\]|\\\\.)*\"|NIL) (.*)$");
    private static final Pattern EXISTS = Pattern.compile("^\\* (\\d{1,10}) EXISTS$");
    private static final Pattern FETCH = Pattern.compile("^\\* \\d{1,10} FETCH \\((.*)\\)$");
    private static final Pattern UID = Pattern.compile("(?:^|[ (])UID (\\d{1,10})");
    private static final Pattern SIZE = Pattern.compile("(?:^|[ (])RFC822\\.SIZE (\\d{1,18})");
    private static final Pattern DATE = Pattern.compile("(?:^|[ (])INTERNALDATE \"([^\"]+)\"");
    private static final DateTimeFormatter INTERNAL_DATE =
            DateTimeFormatter.ofPattern("d-MMM-uuuu HH:mm:ss xx", Locale.ENGLISH);

    private Socket socket;
    private InputStream in;
    private int tag;

    private ImapConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** A message as the server gave it. */
    record Fetched(Digest digest, long octets, long size, Instant internalDate) {}

    /**
     * One response: its text, in which {@code {n}} stands for each literal, and those. Octets of long ones are not kept.
     */
    private record Response(String text, List<Literal> literals) {}

    private record Literal(long octets, Digest digest, String kept) {}

    /**
     * @param tlsFirst whether TLS begins with the first byte; else by STARTTLS
     * @param own whether a certificate is the server's own
     */
    static ImapConnection open(InetSocketAddress address, boolean tlsFirst, Predicate<X509Certificate> own)
            throws IOException {
        Socket plain = new Socket();
        boolean open = false;
        try {
            plain.setSoTimeout(TIMEOUT_MILLIS);
            plain.connect(address, TIMEOUT_MILLIS);
            ImapConnection connection = new ImapConnection(tlsFirst ? secured(plain, address, own) : plain);
            connection.response();
            if (!tlsFirst) {
                connection.command("STARTTLS");
                connection.socket = secured(plain, address, own);
                connection.in = new BufferedInputStream(connection.socket.getInputStream());
            }
            open = true;
            return connection;
        } finally {
            if (!open) {
                plain.close();
            }
        }
    }

    private static SSLSocket secured(Socket plain, InetSocketAddress address, Predicate<X509Certificate> own)
            throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new OwnServer(own)}, null);
            SSLSocket socket = (SSLSocket)
                    context.getSocketFactory().createSocket(plain, address.getHostString(), address.getPort(), true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS with " + address + ": " + e.getMessage(), e);
        }
    }

    /** Takes the server's own certificates. */
    private record OwnServer(Predicate<X509Certificate> own) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            throw new CertificateException("no client is looked at here");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            if (!own.test(chain[0])) {
                throw new CertificateException("another program answers on the server's port: its certificate, of "
                        + chain[0].getSubjectX500Principal() + ", is none of the server's");
            }
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    void login(String name, String password) throws IOException {
        String plain = "\0" + name + "\0" + password;
        command("AUTHENTICATE PLAIN " + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)));
    }

    /** Mailboxes that can be selected: names in Unicode to the form in which commands take them. */
    Map<String, String> list() throws IOException {
        Map<String, String> names = new TreeMap<>();
        for (Response response : command("LIST \"\" \"*\"")) {
            Matcher matcher = LIST.matcher(response.text());
            if (!matcher.matches() || matcher.group(1).toLowerCase(Locale.ROOT).contains("\\noselect")) {
                continue;
            }
            String name = matcher.group(2);
            if (!response.literals().isEmpty()) {
                name = response.literals().getLast().kept();
            } else if (name.startsWith("\"")) {
                name = name.substring(1, name.length() - 1).replaceAll("\\\\(.)", "$1");
            }
            names.put(ModifiedUtf7.decode(name), name);
        }
        return names;
    }

    /**
     * Selects a mailbox for reading.
     *
     * @param name as LIST gave it
     * @return how many messages it has
     */
    long examine(String name) throws IOException {
        long exists = -1;
        String quoted = "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        for (Response response : command("EXAMINE " + quoted)) {
            Matcher matcher = EXISTS.matcher(response.text());
            if (matcher.matches()) {
                exists = Long.parseLong(matcher.group(1));
            }
        }
        if (exists < 0) {
            throw new IOException("EXAMINE " + quoted + " was answered without EXISTS");
        }
        return exists;
    }

    /** The messages of the selected mailbox by UID, those that the server gave. */
    Map<Long, Fetched> fetch(List<Long> uids) throws IOException {
        String set = uids.stream().map(String::valueOf).collect(Collectors.joining(","));
        Map<Long, Fetched> found = new HashMap<>();
        for (Response response : command("UID FETCH " + set + " (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])")) {
            Matcher line = FETCH.matcher(response.text());
            if (!line.matches() || !line.group(1).contains("BODY[]")) {
                continue;
            }
            Matcher uid = UID.matcher(line.group(1));
            Matcher size = SIZE.matcher(line.group(1));
            Matcher date = DATE.matcher(line.group(1));
            if (!uid.find() || !size.find() || !date.find()) {
                throw new IOException("a FETCH response lacks UID, RFC822.SIZE or INTERNALDATE");
            }
            Literal body = response.literals().isEmpty()
                    ? new Literal(0, Digest.of(Digest.sha256().digest()), "")
                    : response.literals().getLast();
            found.put(
                    Long.parseLong(uid.group(1)),
                    new Fetched(body.digest(), body.octets(), Long.parseLong(size.group(1)), date(date.group(1))));
        }
        return found;
    }

    private static Instant date(String text) throws IOException {
        try {
            return OffsetDateTime.parse(text.strip(), INTERNAL_DATE).toInstant();
        } catch (DateTimeException e) {
            throw new IOException("'" + text + "' is no date of IMAP", e);
        }
    }

    /** The untagged responses to a command that ended with OK. */
    private List<Response> command(String text) throws IOException {
        String mark = "d" + ++tag;
        socket.getOutputStream().write((mark + " " + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        List<Response> responses = new ArrayList<>();
        while (true) {
            Response response = response();
            if (response.text().startsWith(mark + " ")) {
                String status = response.text().substring(mark.length() + 1);
                if (!status.toUpperCase(Locale.ROOT).startsWith("OK")) {
                    throw new IOException("the server answers " + text.split(" ", 2)[0] + " with: " + status);
                }
                return responses;
            }
            responses.add(response);
        }
    }

    private Response response() throws IOException {
        StringBuilder text = new StringBuilder();
        List<Literal> literals = new ArrayList<>();
        while (true) {
            String line = line();
            text.append(line);
            Matcher literal = LITERAL.matcher(line);
            if (!literal.find()) {
                return new Response(text.toString(), literals);
            }
            literals.add(literal(Long.parseLong(literal.group(1))));
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int octet = in.read(); octet != '\n'; octet = in.read()) {
            if (octet < 0) {
                throw new EOFException("the server closed the connection");
            }
            if (bytes.size() == LONGEST_LINE) {
                throw new IOException("the server sent a line of more than " + LONGEST_LINE + " octets");
            }
            bytes.write(octet);
        }
        String line = bytes.toString(StandardCharsets.ISO_8859_1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private Literal literal(long octets) throws IOException {
        MessageDigest digest = Digest.sha256();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[KEPT];
        long left = octets;
        while (left > 0) {
            int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (n < 0) {
                throw new EOFException("the server closed the connection within a message");
            }
            digest.update(buffer, 0, n);
            if (octets <= KEPT) {
                kept.write(buffer, 0, n);
            }
            left -= n;
        }
        return new Literal(octets, Digest.of(digest.digest()), kept.toString(StandardCharsets.ISO_8859_1));
    }

    /** Logs out where that is still possible. */
    @Override
    public void close() throws IOException {
        try (Socket closing = socket) {
            if (!closing.isClosed()) {
                command("LOGOUT");
            }
        } catch (EOFException e) {
            return; // the server may close before its last line has arrived
        }
    }
}
