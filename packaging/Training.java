import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Runs a packaged server once, as users would, and writes down which classes it loads: {@code Training HOME SCRATCH LIST}
 * leaves LIST, by which {@code packaging/quicken} makes servers start in half the time.
 */
public final class Training {
    private static final int APPENDS = 100;
    private static final int ROUNDS = 5;
    private static final byte[] MESSAGE = message();

    private Training() {}

    public static void main(String[] words) throws Exception {
        Path home = Path.of(words[0]).toAbsolutePath();
        Path scratch = Files.createDirectories(Path.of(words[1]).toAbsolutePath());
        Path list = Path.of(words[2]);
        Path loaded = scratch.resolve("loaded");
        int imaps = free();
        int imap = free();
        Path configuration = Files.writeString(
                scratch.resolve("understudy.conf"),
                "data-folder = data\nlisteners { imaps { host = 127.0.0.1, port = " + imaps
                        + " }, imap { host = 127.0.0.1, port = " + imap + " } }\n");
        Process server = start(home, configuration, "-Xshare:off -XX:DumpLoadedClassList=" + loaded, "server");
        try {
            use(home, configuration, server, imaps, imap);
        } finally {
            server.destroy();
        }
        if (!server.waitFor(10, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the server did not end");
        }
        // Without numbers of classes, which differ each time; sorted, so that changes are few. First the classes, then what
        // of their constants (@cp) and lambdas has been made, which needs them.
        List<String> all = Files.readAllLines(loaded).stream()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.startsWith("@") ? line : line.replaceAll(" id: .*", ""))
                .sorted()
                .distinct()
                .toList();
        List<String> lines = new ArrayList<>(all);
        lines.removeIf(line -> line.startsWith("@"));
        all.stream().filter(line -> line.startsWith("@")).forEach(lines::add);
        Files.write(list, lines);
        System.out.println(list + ": " + lines.size() + " lines");
    }

    private static void use(Path home, Path configuration, Process server, int imaps, int imap) throws Exception {
        awaitPort(imaps, server);
        Process user = start(home, configuration, "", "user", "add", "anna", "--password-stdin");
        user.getOutputStream().write("a long password\n".getBytes(StandardCharsets.US_ASCII));
        user.getOutputStream().close();
        require(user.waitFor(), "user add");
        session(new Socket("127.0.0.1", imap), false, imaps);
        session(tls(imaps), true, imaps);
    }

    private static Process start(Path home, Path configuration, String option, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/understudy").toString()));
        command.addAll(List.of(words));
        command.addAll(List.of("--config", configuration.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("UNDERSTUDY_JAVA_OPTIONS", option);
        builder.environment().put("UNDERSTUDY_ARCHIVE", "");
        builder.environment().remove("UNDERSTUDY_CONFIG");
        return builder.start();
    }

    private static void session(Socket socket, boolean login, int port) throws IOException {
        try (socket) {
            socket.setTcpNoDelay(true);
            Wire wire = new Wire(socket);
            wire.line();
            wire.run("CAPABILITY");
            if (!login) {
                wire.run("LOGOUT");
                return;
            }
            wire.run("LOGIN anna \"a long password\"");
            wire.run("CREATE Stage");
            for (int i = 0; i < APPENDS; i++) {
                wire.append();
            }
            for (int i = 0; i < ROUNDS; i++) {
                wire.run("LIST \"\" *");
                wire.run("STATUS INBOX (MESSAGES UNSEEN UIDNEXT)");
                wire.run("SELECT INBOX");
                wire.run("UID FETCH 1:500 (FLAGS ENVELOPE RFC822.SIZE INTERNALDATE BODYSTRUCTURE)");
                wire.run("FETCH 1:100 (BODY.PEEK[])");
                wire.run("FETCH 1:100 (BODY.PEEK[HEADER.FIELDS (SUBJECT FROM)])");
                wire.run("STORE " + (1 + i) + ":100 +FLAGS (\\Flagged)");
                wire.run("COPY 1:20 Stage");
                wire.run("SEARCH SUBJECT lunch");
                wire.run("SEARCH TEXT rehearsal");
                wire.run("NOOP");
            }
            wire.run("LOGOUT");
        }
        for (int i = 0; i < ROUNDS; i++) {
            try (SSLSocket again = tls(port)) {
                Wire wire = new Wire(again);
                wire.line();
                wire.run("LOGIN anna \"a long password\"");
                wire.run("SELECT INBOX");
                wire.run("LOGOUT");
            }
        }
    }

    private static final class Wire {
        private final OutputStream out;
        private final BufferedReader in;
        private int tag;

        Wire(Socket socket) throws IOException {
            socket.setSoTimeout(120_000);
            out = socket.getOutputStream();
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        }

        String line() throws IOException {
            String line = in.readLine();
            if (line == null) {
                throw new IOException("the server closed the connection");
            }
            return line;
        }

        void run(String command) throws IOException {
            tag++;
            out.write(("t" + tag + " " + command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            answer(command);
        }

        void append() throws IOException {
            tag++;
            out.write(("t" + tag + " APPEND INBOX (\\Seen) {" + MESSAGE.length + "+}\r\n").getBytes(StandardCharsets.US_ASCII));
            out.write(MESSAGE);
            out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            out.flush();
            answer("APPEND");
        }

        private void answer(String command) throws IOException {
            String mine = "t" + tag + " ";
            for (String line = line(); ; line = line()) {
                if (line.startsWith(mine)) {
                    if (!line.startsWith(mine + "OK")) {
                        throw new IOException(command + ": " + line);
                    }
                    return;
                }
            }
        }
    }

    private static byte[] message() {
        return ("From: Anna <anna@example.org>\r\nTo: Bruno <bruno@example.org>\r\nSubject: lunch at noon\r\n"
                        + "Date: Mon, 1 Jun 2026 10:00:00 +0200\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
                        + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                        + "The rehearsal is at noon, on stage.\r\n".repeat(100)
                        + "--b\r\nContent-Type: text/html\r\n\r\n<p>noon</p>\r\n--b--\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** The certificate is the one that the server has just made. */
    private static SSLSocket tls(int port) throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Anybody()}, null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static void awaitPort(int port, Process server) throws Exception {
        for (int i = 0; i < 1_200; i++) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return;
            } catch (IOException e) {
                if (!server.isAlive()) {
                    throw new IllegalStateException("the server ended with " + server.exitValue());
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IllegalStateException("the server does not listen");
    }

    private static void require(int code, String what) {
        if (code != 0) {
            throw new IllegalStateException(what + " ended with " + code);
        }
    }
}
