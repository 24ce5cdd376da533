package org.understudy.server.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/** A mail program of few words: logs in over IMAPS, trusting the one certificate, and counts what it sees. */
final class MailProgram implements AutoCloseable {
    private static final Pattern LIST_NAME = Pattern.compile("\\* LIST \\([^)]*\\) \\S+ \"?([^\"]+)\"?");
    private static final Pattern MESSAGES = Pattern.compile("\\(MESSAGES (\\d+)\\)");
    private static final Pattern LITERAL = Pattern.compile("\\{(\\d+)}$");
    private static final int TIMEOUT_MILLIS = 20_000;

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private int tag;

    private MailProgram(SSLSocket socket) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        line();
    }

    /** @param certificate PEM file with the server's certificate */
    static MailProgram connect(InetSocketAddress address, Path certificate) throws IOException {
        try (InputStream pem = Files.newInputStream(certificate)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, factory.getTrustManagers(), null);
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket();
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(address, TIMEOUT_MILLIS);
            socket.startHandshake();
            return new MailProgram(socket);
        } catch (GeneralSecurityException e) {
            throw new IOException("no TLS with " + address + ": " + e.getMessage(), e);
        }
    }

    void login(String user, String password) throws IOException {
        command("LOGIN " + user + " " + password);
    }

    /** Messages in all mailboxes together. */
    long messages() throws IOException {
        List<String> names = new ArrayList<>();
        for (String line : command("LIST \"\" \"*\"")) {
            Matcher name = LIST_NAME.matcher(line);
            if (name.find() && !line.contains("\\Noselect")) {
                names.add(name.group(1));
            }
        }
        long sum = 0;
        for (String name : names) {
            for (String line : command("STATUS \"" + name + "\" (MESSAGES)")) {
                Matcher count = MESSAGES.matcher(line);
                if (count.find()) {
                    sum += Long.parseLong(count.group(1));
                }
            }
        }
        return sum;
    }

    /** The untagged lines that answer a command; literals stand in their line. */
    private List<String> command(String text) throws IOException {
        String mark = "d" + ++tag;
        out.write((mark + " " + text + "\r\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        List<String> lines = new ArrayList<>();
        for (String line = line(); ; line = line()) {
            if (line.startsWith(mark + " ")) {
                if (!line.startsWith(mark + " OK")) {
                    throw new IOException("the server answers: " + line.substring(mark.length() + 1));
                }
                return lines;
            }
            lines.add(line);
        }
    }

    private String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("the server closed the connection");
            }
            bytes.write(b);
            if (b == '\n') {
                String text = bytes.toString(StandardCharsets.UTF_8).stripTrailing();
                Matcher literal = LITERAL.matcher(text);
                if (!literal.find()) {
                    return text;
                }
                bytes.write(in.readNBytes(Integer.parseInt(literal.group(1))));
            }
        }
    }

    @Override
    public void close() throws IOException {
        command("LOGOUT");
        socket.close();
    }
}
