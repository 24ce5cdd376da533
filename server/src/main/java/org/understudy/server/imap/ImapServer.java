package org.understudy.server.imap;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalServerChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.ledger.Sightings;
import org.understudy.server.metrics.ConnectionMeters;
import org.understudy.server.proxy.ClientAddress;
import org.understudy.server.proxy.Networks;
import org.understudy.server.proxy.ProxyGate;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * An IMAP server: listens with TLS from the first octet (IMAPS, RFC 8314) and, where configured, without TLS until
 * STARTTLS. Used once: {@link #start()}, then {@link #stop}.
 */
public final class ImapServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ImapServer.class);
    private static final int BACKLOG = 1024;
    private static final int LOW_WATER = 64 << 10;
    private static final int HIGH_WATER = 256 << 10;
    private static final Duration CLEANING_UP = Duration.ofSeconds(10);

    private final ImapSettings settings;
    private final Map<String, Networks> proxies;
    private final ConnectionCounts counts;
    private final LongAdder accepted = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final ConnectionMeters meters;
    private final Connection.Shared shared;
    private final List<Channel> listeners = new ArrayList<>();
    private final EventLoopGroup loops = new NioEventLoopGroup(0, new DefaultThreadFactory("imap-loop", true));
    private @Nullable Channel imaps;
    private @Nullable Channel imap;
    private boolean stopped;

    /** @param certificates may change while the server runs */
    public ImapServer(ImapEngine engine, CertificateDirectory certificates, ImapSettings settings) {
        this(engine, certificates, settings, Sightings.NONE);
    }

    /** @param sightings is told of each connection */
    public ImapServer(
            ImapEngine engine, CertificateDirectory certificates, ImapSettings settings, Sightings sightings) {
        this(engine, certificates, settings, sightings, Map.of());
    }

    /**
     * Does not listen yet.
     *
     * @param sightings is told of each connection
     * @param proxies whose PROXY headers are believed, by listener: {@code imaps} and {@code imap}
     */
    public ImapServer(
            ImapEngine engine,
            CertificateDirectory certificates,
            ImapSettings settings,
            Sightings sightings,
            Map<String, Networks> proxies) {
        this.settings = settings;
        this.proxies = Map.copyOf(proxies);
        this.counts = new ConnectionCounts(
                settings.limits().connections(), settings.fairness().connectionsPerAddress());
        this.shared = new Connection.Shared(
                engine,
                settings,
                certificates,
                new CommandThreads(settings.limits().runningCommands()),
                new OpenConnections(counts),
                new LoginThrottle(
                        settings.fairness().throttle(), settings.timeouts().loginDelay(), System::nanoTime),
                sightings,
                new CommandMeters());
        this.meters = new ConnectionMeters("imap", () -> shared.open().all().size(), accepted::sum, refused::sum);
    }

    /**
     * Starts to listen.
     *
     * @throws OperatorException if an address cannot be had, or the spool folder not be made
     */
    public synchronized void start() {
        try {
            makeSpoolFolder();
            imaps = settings.imaps().map(address -> listen("imaps", address)).orElse(null);
            imap = settings.imap().map(address -> listen("imap", address)).orElse(null);
        } catch (OperatorException e) {
            stop(Duration.ZERO);
            throw e;
        }
    }

    /** Listens for clients in this process alone, at {@code address}; they count as local ones, and are not logged. */
    public synchronized void startWithin(LocalAddress address) {
        makeSpoolFolder();
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(LocalServerChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept("within", channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        Throwable fault = bound.cause();
        if (fault != null) {
            throw new IllegalStateException("the address " + address + " is taken in this process", fault);
        }
        listeners.add(bound.channel());
    }

    /** Where IMAPS is listened for, with the port that was found for port 0; empty when it is not. */
    public synchronized Optional<InetSocketAddress> imapsAddress() {
        return address(imaps);
    }

    /** Where IMAP with STARTTLS is listened for; empty when it is not. */
    public synchronized Optional<InetSocketAddress> imapAddress() {
        return address(imap);
    }

    private static Optional<InetSocketAddress> address(@Nullable Channel listener) {
        return listener == null ? Optional.empty() : Optional.of((InetSocketAddress) listener.localAddress());
    }

    /** For other listeners, which count with this one. */
    public ConnectionCounts counts() {
        return counts;
    }

    /** For other listeners, to which a failed login here counts. */
    public LoginThrottle throttle() {
        return shared.throttle();
    }

    /** Names of listeners that were opened and are closed by now. */
    public synchronized List<String> closed() {
        List<String> closed = new ArrayList<>();
        if (imaps != null && !imaps.isActive()) {
            closed.add("imaps");
        }
        if (imap != null && !imap.isActive()) {
            closed.add("imap");
        }
        return closed;
    }

    /** Shows commands and connections to monitoring (docs/metrics.md). */
    public void bindTo(MeterRegistry registry) {
        shared.meters().bindTo(registry);
        meters.bindTo(registry);
    }

    /** How many connections are open, logged in or not. */
    public int connections() {
        return shared.open().all().size();
    }

    /**
     * Stops: accepts no more connections, says BYE to clients that wait, lets running commands finish for up to {@code
     * grace}, then closes what is left.
     */
    public synchronized void stop(Duration grace) {
        if (stopped) {
            return;
        }
        stopped = true;
        for (Channel listener : listeners) {
            listener.close().awaitUninterruptibly();
        }
        try {
            shared.open().all().forEach(Connection::stop);
            if (!shared.open().awaitNone(grace)) {
                List<Connection> left = shared.open().all();
                LOG.warn("{} IMAP connections are cut off after {} s of grace", left.size(), grace.toSeconds());
                left.forEach(Connection::abort);
                shared.open().awaitNone(CLEANING_UP);
            }
            shared.threads().stop(CLEANING_UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            loops.shutdownGracefully(0, CLEANING_UP.toSeconds(), TimeUnit.SECONDS)
                    .awaitUninterruptibly();
        }
        if (imaps != null || imap != null) {
            LOG.info("IMAP has stopped");
        }
    }

    /** Stops without grace. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }

    private Channel listen(String name, InetSocketAddress address) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ProxyGate.before(
                                channel, proxies.getOrDefault(name, Networks.NONE), () -> accept(name, channel));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        Throwable fault = bound.cause();
        if (fault != null) {
            throw cannotListen(name, address, fault);
        }
        bound.channel().pipeline().addLast("faults", new AcceptFaults(name));
        listeners.add(bound.channel());
        LOG.info("{} listens on {}", name, bound.channel().localAddress());
        return bound.channel();
    }

    private void accept(String listener, Channel channel) {
        if (channel.remoteAddress() == null) {
            var unused = channel.close();
            return;
        }
        Connection connection = new Connection(shared, channel, listener);
        accepted.increment();
        if (shared.open().enter(connection) instanceof OpenConnections.Entry.Refused(String why)) {
            refused.increment();
            LOG.warn("A connection from {} is closed: {}", ClientAddress.of(channel), why);
            if (listener.equals("imap")) {
                byte[] bye = ("* BYE [LIMIT] " + why + "\r\n").getBytes(StandardCharsets.US_ASCII);
                var unused =
                        channel.writeAndFlush(Unpooled.wrappedBuffer(bye)).addListener(ChannelFutureListener.CLOSE);
            } else {
                var unused = channel.close();
            }
        } else if (listener.equals("imaps")) {
            connection.secure();
        } else {
            connection.greet();
        }
    }

    private void makeSpoolFolder() {
        try {
            Files.createDirectories(
                    settings.spoolFolder(),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    settings.spoolFolder() + ": the folder for large messages cannot be made: " + e,
                    "Let the account that runs the server write there, or configure another folder.",
                    e);
        }
    }

    private static OperatorException cannotListen(String name, InetSocketAddress address, Throwable fault) {
        boolean denied = fault instanceof SocketException
                && String.valueOf(fault.getMessage()).contains("denied");
        boolean taken = fault instanceof BindException && !denied;
        return new OperatorException(
                denied ? Reason.PERMISSION : taken ? Reason.BUSY : Reason.CONFIG,
                name + " cannot listen on " + address + ": " + fault.getMessage(),
                denied
                        ? "Ports below 1024 need the capability CAP_NET_BIND_SERVICE; the service file grants it."
                        : "See with 'ss -ltnp' which process has the port, or configure another address.",
                fault);
    }
}
