package org.understudy.restore.source.imap;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A session with an IMAP server, logged in. One command after the other; not thread-safe. Only commands that change
 * nothing are ever sent: mailboxes are opened by EXAMINE, messages are taken by PEEK.
 */
final class ImapConnection implements AutoCloseable {
    private static final int MOST_STRAY_LINES = 1000;

    /** An argument that is sent as a string, whatever octets it holds (ISO 8859-1). */
    record Argument(String text) {}

    /** Takes untagged responses. */
    interface Answers {
        Answers NONE = (wire, number, word) -> {};

        /**
         * Takes one, from after {@code word} on; need not read all of it, and never reads its line end.
         *
         * @param number that stands before the word, or -1
         * @param word upper case
         */
        void take(Wire wire, long number, String word) throws IOException;
    }

    private final ImapAddress address;
    private final ImapSettings settings;
    private Socket socket;
    private Wire wire;
    private OutputStream out;
    private final Set<String> capabilities = new HashSet<>();
    private String greeting = "";
    private String lastWords = "";
    private String certificate = "";
    private int tag;

    private ImapConnection(ImapAddress address, ImapSettings settings, Socket socket) throws IOException {
        this.address = address;
        this.settings = settings;
        this.socket = socket;
        this.wire = new Wire(socket.getInputStream());
        this.out = new BufferedOutputStream(socket.getOutputStream());
    }

    /**
     * Connects and logs in.
     *
     * @throws OperatorException if the host, its certificate or the login is at fault
     * @throws IOException if the connection is lost meanwhile
     */
    static ImapConnection open(ImapAddress address, ImapLogin login, ImapSettings settings) throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(address.bareHost(), address.port()), (int)
                    settings.connecting().toMillis());
        } catch (UnknownHostException e) {
            socket.close();
            throw new OperatorException(
                    Reason.UNREACHABLE,
                    "there is no host " + address.host(),
                    "Check the spelling, and that this machine's name service works.",
                    e);
        } catch (IOException e) {
            socket.close();
            throw new OperatorException(
                    Reason.UNREACHABLE,
                    "%s:%d does not answer: %s".formatted(address.host(), address.port(), e.getMessage()),
                    "Check host, port and firewall; 'openssl s_client -connect %s:%d' shows what is there."
                            .formatted(address.host(), address.port()),
                    e);
        }
        try {
            socket.setSoTimeout((int) settings.silence().toMillis());
            ImapConnection connection = new ImapConnection(address, settings, socket);
            connection.begin(login);
            return connection;
        } catch (IOException | RuntimeException e) {
            try {
                socket.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private void begin(ImapLogin login) throws IOException {
        if (address.tls()) {
            secure();
        }
        boolean authenticated = greet();
        if (!address.tls()) {
            startTls(authenticated);
        }
        if (!authenticated) {
            askCapabilities();
            logIn(login);
        }
        askCapabilities();
        if (has("ID")) {
            try {
                command(Answers.NONE, "ID (\"name\" \"understudy\")"); // some servers open no mailbox before
            } catch (ImapException.Refused e) {
                lastWords = String.valueOf(e.getMessage());
            }
        }
    }

    private void secure() throws IOException {
        SSLSocket secured = new ServerTls(address.toString(), address.bareHost(), settings.authorities())
                .wrap(socket, address.port());
        socket = secured;
        socket.setSoTimeout((int) settings.silence().toMillis());
        wire = new Wire(secured.getInputStream());
        out = new BufferedOutputStream(secured.getOutputStream());
        certificate = ServerTls.fingerprint(secured.getSession().getPeerCertificates()[0]);
    }

    /** Whether the server takes us for logged in already. */
    private boolean greet() throws IOException {
        greeting = Wire.shown(wire.restOfLine());
        String upper = greeting.toUpperCase(Locale.ROOT);
        if (upper.startsWith("* OK") || upper.startsWith("* PREAUTH")) {
            return upper.startsWith("* PREAUTH");
        }
        if (upper.startsWith("* BYE")) {
            throw new ImapException.Broken(
                    "the server turns us away: " + greeting.substring(5).strip());
        }
        throw new OperatorException(
                Reason.SOURCE,
                "%s:%d is no IMAP server: it says '%s'".formatted(address.host(), address.port(), greeting),
                "Check host and port.");
    }

    private void startTls(boolean authenticated) throws IOException {
        askCapabilities();
        if (has("STARTTLS") && !authenticated) {
            command(Answers.NONE, "STARTTLS");
            if (wire.hasMore()) {
                throw new ImapException.Broken("something was sent between STARTTLS and TLS, as by an attacker");
            }
            secure();
        } else if (!settings.plaintext()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    address
                            + " offers no STARTTLS, so the password and all mail would go over the network as plain text",
                    "Use imaps:// if the server has that. On a network that you trust, --plaintext allows it.");
        }
    }

    private void askCapabilities() throws IOException {
        capabilities.clear();
        command(
                (in, number, word) -> {
                    if (word.equals("CAPABILITY")) {
                        capabilities.addAll(Arrays.asList(
                                in.rest().strip().toUpperCase(Locale.ROOT).split(" +")));
                    }
                },
                "CAPABILITY");
    }

    private void logIn(ImapLogin login) throws IOException {
        try {
            if (login.token()) {
                String text = "user=" + address.user() + "\1auth=Bearer " + login.secret() + "\1\1";
                authenticate("XOAUTH2", text);
            } else if (has("AUTH=PLAIN") || !login.master().isEmpty()) {
                boolean own = login.master().isEmpty();
                authenticate(
                        "PLAIN",
                        (own ? "" : address.user()) + "\0" + (own ? address.user() : login.master()) + "\0"
                                + login.secret());
            } else {
                command(
                        Answers.NONE,
                        "LOGIN ",
                        new Argument(latin(address.user())),
                        " ",
                        new Argument(latin(login.secret())));
            }
        } catch (ImapException.Refused e) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    "%s refuses the login of %s%s: %s"
                            .formatted(
                                    address.host(),
                                    address.user(),
                                    login.master().isEmpty() ? "" : " by " + login.master(),
                                    e.getMessage()),
                    "Check name and password; some providers want a password made for this program, or an access token"
                            + " (--token), and IMAP switched on in the account's settings.",
                    e);
        }
    }

    private void authenticate(String mechanism, String text) throws IOException {
        byte[] secret = text.getBytes(StandardCharsets.UTF_8);
        exchange(Answers.NONE, Base64.getEncoder().encodeToString(secret) + "\r\n", "AUTHENTICATE " + mechanism);
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    boolean has(String capability) {
        return capabilities.contains(capability);
    }

    Set<String> capabilities() {
        return Set.copyOf(capabilities);
    }

    /** What the server said first. */
    String greeting() {
        return greeting;
    }

    /** SHA-256 of the server's certificate, or empty if there is no TLS. */
    String certificate() {
        return certificate;
    }

    /**
     * Sends a command and reads its answer.
     *
     * @param parts {@code String}s as they are, {@link Argument}s as strings
     * @throws ImapException.Refused with the server's words if it says NO or BAD
     */
    void command(Answers answers, Object... parts) throws IOException {
        exchange(answers, "", parts);
    }

    private void exchange(Answers answers, String continuation, Object... parts) throws IOException {
        String name = "A" + ++tag;
        send(name + " ");
        for (Object part : parts) {
            if (part instanceof Argument argument) {
                string(name, argument.text());
            } else {
                send(part.toString());
            }
        }
        send("\r\n");
        out.flush();
        finish(name, answers, continuation);
    }

    private void string(String name, String text) throws IOException {
        if (text.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            send("\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
            return;
        }
        send("{" + text.length() + "}\r\n");
        out.flush();
        finish(name, Answers.NONE, null);
        send(text);
    }

    private void send(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** @param continuation what to send when the server asks for more; null to return when it does */
    private void finish(String name, Answers answers, @Nullable String continuation) throws IOException {
        int stray = 0;
        boolean sent = false;
        try {
            while (true) {
                int first = wire.peek();
                if (first == '+') {
                    wire.restOfLine();
                    if (continuation == null) {
                        return;
                    }
                    send(sent || continuation.isEmpty() ? "\r\n" : continuation);
                    sent = true;
                    out.flush();
                } else if (first == '*') {
                    untagged(answers);
                } else {
                    String line = wire.restOfLine();
                    if (line.regionMatches(true, 0, name + " ", 0, name.length() + 1)) {
                        ended(line.substring(name.length() + 1).strip());
                        return;
                    }
                    if (++stray > MOST_STRAY_LINES) {
                        throw new ImapException.Broken("the server sends lines that are no answers");
                    }
                }
            }
        } catch (SocketTimeoutException e) {
            throw new ImapException.Broken(
                    "the server said nothing for " + settings.silence().toSeconds() + " seconds");
        }
    }

    private static void ended(String status) throws ImapException {
        if (!status.regionMatches(true, 0, "OK", 0, 2)) {
            throw new ImapException.Refused(Wire.shown(status));
        }
    }

    private void untagged(Answers answers) throws IOException {
        wire.next();
        wire.blanks();
        String word = wire.atom().toUpperCase(Locale.ROOT);
        long number = -1;
        if (!word.isEmpty() && word.length() < 12 && word.chars().allMatch(c -> c >= '0' && c <= '9')) {
            number = Long.parseLong(word);
            wire.blanks();
            word = wire.atom().toUpperCase(Locale.ROOT);
        }
        if (wire.peek() == ' ') {
            wire.next();
        }
        if (word.equals("BYE")) {
            throw new ImapException.Broken("the server ended the session: " + Wire.shown(wire.restOfLine()));
        }
        if (word.equals("OK") || word.equals("NO") || word.equals("BAD")) {
            String words = wire.restOfLine();
            lastWords = Wire.shown(words);
            status(answers, words);
            return;
        }
        answers.take(wire, number, word);
        skip();
    }

    /** A code in brackets is given as a response of its own: {@code [UIDVALIDITY 3]} as {@code UIDVALIDITY}. */
    private static void status(Answers answers, String words) throws IOException {
        int end = words.indexOf(']');
        if (words.startsWith("[") && end > 0) {
            String code = words.substring(1, end);
            int blank = code.indexOf(' ');
            String rest = blank < 0 ? "\n" : code.substring(blank + 1) + "\n";
            answers.take(
                    new Wire(new ByteArrayInputStream(rest.getBytes(StandardCharsets.ISO_8859_1))),
                    -1,
                    (blank < 0 ? code : code.substring(0, blank)).toUpperCase(Locale.ROOT));
        }
    }

    /** Reads what is left of a response, with its literals. */
    private void skip() throws IOException {
        while (true) {
            int octet = wire.peek();
            if (octet == '\r' || octet == '\n') {
                wire.restOfLine();
                return;
            }
            if (octet == '"' || octet == '{') {
                wire.value();
            } else {
                wire.next();
            }
        }
    }

    /** The server's latest words beside answers; may be empty. */
    String lastWords() {
        return lastWords;
    }

    /** Says goodbye, if the server still listens. */
    @Override
    public void close() throws IOException {
        try (Socket closing = socket) {
            closing.setSoTimeout(2_000);
            command(Answers.NONE, "LOGOUT");
        } catch (IOException e) {
            lastWords = String.valueOf(e.getMessage()); // BYE is the answer to LOGOUT
        }
    }

    /** Ends the connection without a word. */
    void abandon() {
        try {
            socket.close();
        } catch (IOException e) {
            lastWords = String.valueOf(e.getMessage());
        }
    }
}
