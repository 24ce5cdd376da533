package org.understudy.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.helidon.common.socket.SocketOptions;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.server.config.Configuration;
import org.understudy.server.tls.PemFiles;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Where the API listens: on loopback always, since the command line comes there; on a Unix socket of mode 0600 and on a TLS
 * listener where the configuration has them. What a client may send, and how long it may take, is bounded the same on all.
 */
final class Listeners implements AutoCloseable {
    static final String TLS = "admin-tls";
    static final String UNIX = "admin-unix";

    private static final long LARGEST_BODY = 16L << 20;
    private static final int LARGEST_HEADERS = 16 << 10;
    private static final int LONGEST_FIRST_LINE = 8 << 10;
    private static final int MOST_CONNECTIONS = 512;
    private static final Duration QUIET = Duration.ofSeconds(30);
    /** For one request with its answer: a connection is closed then whatever it does, so that none is held by a trickle. */
    private static final Duration ONE_REQUEST = Duration.ofMinutes(2);

    private static final int LONGEST_SOCKET_PATH = 100;

    private final Configuration.Admin admin;
    private final WebServer web;

    private Listeners(Configuration.Admin admin, WebServer web) {
        this.admin = admin;
        this.web = web;
    }

    /**
     * Listens.
     *
     * @throws OperatorException {@link Reason#BUSY} if an address is taken, {@link Reason#CONFIG} for a certificate or
     *     path that cannot be used
     */
    static Listeners start(Configuration.Admin admin, Supplier<HttpRouting.Builder> routing) throws IOException {
        WebServerConfig.Builder builder = WebServer.builder()
                .host(admin.host())
                .port(admin.port())
                .shutdownHook(false)
                .routing(routing.get());
        bound(builder);
        Configuration.AdminTls tls = admin.tls();
        if (tls != null) {
            ListenerConfig.Builder listener = ListenerConfig.builder()
                    .host(tls.host())
                    .port(tls.port())
                    .tls(Tls.builder()
                            .sslContext(context(PemFiles.read(tls.certificate(), tls.key())))
                            .enabledProtocols(List.of("TLSv1.3", "TLSv1.2"))
                            .build())
                    .routing(routing.get());
            bound(listener);
            builder.putSocket(TLS, listener.build());
        }
        Path socket = admin.socket();
        if (socket != null) {
            clear(socket);
            ListenerConfig.Builder listener = ListenerConfig.builder()
                    .bindAddress(UnixDomainSocketAddress.of(socket))
                    .routing(routing.get());
            bound(listener);
            builder.putSocket(UNIX, listener.build());
        }
        WebServer web = builder.build();
        web.start();
        Listeners listeners = new Listeners(admin, web);
        try {
            listeners.requireAll();
            if (socket != null) {
                Durable.permit(socket, "rw-------");
            }
        } catch (IOException | RuntimeException e) {
            listeners.close();
            throw e;
        }
        return listeners;
    }

    /** Helidon logs that it could not bind, and returns. */
    private void requireAll() {
        if (!web.isRunning() || web.port() <= 0) {
            throw taken(
                    admin.host() + ":" + admin.port(), "set admin.port to 0 or to a free port in the configuration");
        }
        Configuration.AdminTls tls = admin.tls();
        if (tls != null && web.port(TLS) <= 0) {
            throw taken(tls.host() + ":" + tls.port(), "set admin.tls.port to a free port in the configuration");
        }
        Path socket = admin.socket();
        if (socket != null && !Files.exists(socket)) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "cannot make the socket " + socket + " for the admin API",
                    "let 'admin.socket' name a file in a folder that the server may write to");
        }
    }

    private static OperatorException taken(String where, String hint) {
        return new OperatorException(
                Reason.BUSY,
                "cannot listen on " + where
                        + " for the admin API: the port is taken, or the address is not this machine's",
                hint);
    }

    private static void bound(ListenerConfig.BuilderBase<?, ?> listener) {
        listener.addProtocol(Http1Config.builder()
                .maxHeadersSize(LARGEST_HEADERS)
                .maxPrologueLength(LONGEST_FIRST_LINE)
                .build());
        listener.maxPayloadSize(LARGEST_BODY);
        listener.maxTcpConnections(MOST_CONNECTIONS);
        listener.connectionOptions(
                SocketOptions.builder().readTimeout(QUIET).tcpNoDelay(true).build());
        listener.idleConnectionTimeout(ONE_REQUEST);
        listener.idleConnectionPeriod(Duration.ofSeconds(10));
        listener.shutdownGracePeriod(Duration.ofMillis(500));
        listener.directHandlers(directHandlers());
    }

    /** Requests that are no HTTP, or too large, are answered with a problem document too. */
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        DirectHandler handler = (request, type, status, headers, message) -> {
            int code = status.code();
            Problem problem = Problem.of(
                    code,
                    Problem.title(code),
                    Failure.of(Reason.USAGE, "the request is not one that this server takes", "See docs/api.md."));
            SecurityHeaders.set(headers, false);
            headers.set(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
            return DirectHandler.TransportResponse.builder()
                    .status(Status.create(code))
                    .headers(headers)
                    .keepAlive(false)
                    .entity(bytes(problem))
                    .build();
        };
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, handler);
        }
        return handlers.build();
    }

    private static byte[] bytes(Problem problem) {
        try {
            return OperationJson.mapper().writeValueAsBytes(problem);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a record that JSON cannot express", e);
        }
    }

    /** A socket that a server which was killed has left goes; one where somebody answers does not. */
    private static void clear(Path socket) throws IOException {
        if (socket.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_SOCKET_PATH) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the path of 'admin.socket' has more than " + LONGEST_SOCKET_PATH + " bytes: " + socket,
                    "choose a shorter one; the operating system takes no longer");
        }
        if (!Files.exists(socket)) {
            return;
        }
        try {
            SocketChannel.open(UnixDomainSocketAddress.of(socket)).close();
            throw taken(socket.toString(), "another server is listening there; let 'admin.socket' name another file");
        } catch (IOException nobody) {
            if (Files.isRegularFile(socket) || Files.isDirectory(socket)) {
                throw new OperatorException(
                        Reason.CONFIG,
                        socket + " is no socket, so it is not replaced by one",
                        "let 'admin.socket' name another file",
                        nobody);
            }
            Files.delete(socket);
        }
    }

    private static SSLContext context(ServerCertificate certificate) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(
                    "admin", certificate.key(), new char[0], certificate.chain().toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new OperatorException(
                    Reason.CONFIG,
                    "the certificate of admin.tls cannot be used: " + e.getMessage(),
                    "Use an X.509 certificate with an RSA, ECDSA or Ed25519 key.",
                    e);
        }
    }

    int port() {
        return web.port();
    }

    /** What the {@code Host} header of a request may be. */
    Set<String> hosts() {
        TreeSet<String> hosts = new TreeSet<>();
        String own = bracketed(admin.host());
        for (String name : List.of("localhost", "127.0.0.1", "[::1]", own)) {
            hosts.add(name + ":" + web.port());
        }
        Configuration.AdminTls tls = admin.tls();
        if (tls != null) {
            int port = web.port(TLS);
            TreeSet<String> names = new TreeSet<>(tls.names());
            if (!new InetSocketAddress(tls.host(), 0).getAddress().isAnyLocalAddress()) {
                names.add(bracketed(tls.host()));
            }
            for (String name : names) {
                hosts.add(name.toLowerCase(Locale.ROOT) + ":" + port);
                if (port == 443) {
                    hosts.add(name.toLowerCase(Locale.ROOT));
                }
            }
        }
        if (admin.socket() != null) {
            hosts.add("localhost");
        }
        return hosts;
    }

    List<ServerStatus.Listening> listening() {
        List<ServerStatus.Listening> all = new java.util.ArrayList<>();
        all.add(new ServerStatus.Listening("admin", admin.host(), web.port()));
        Configuration.AdminTls tls = admin.tls();
        if (tls != null) {
            all.add(new ServerStatus.Listening(TLS, tls.host(), web.port(TLS)));
        }
        return List.copyOf(all);
    }

    static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @Override
    public void close() throws IOException {
        web.stop();
        Path socket = admin.socket();
        if (socket != null) {
            Files.deleteIfExists(socket);
        }
    }
}
