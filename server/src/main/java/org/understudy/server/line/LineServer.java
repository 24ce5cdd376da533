package org.understudy.server.line;

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
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.CommandThreads;
import org.understudy.server.imap.ConnectionCounts;
import org.understudy.server.ledger.Sightings;
import org.understudy.server.metrics.ConnectionMeters;
import org.understudy.server.proxy.ClientAddress;
import org.understudy.server.proxy.ProxyGate;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The listeners of one protocol. Used once: {@link #start}, then {@link #stop}. */
public final class LineServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LineServer.class);
    private static final int BACKLOG = 1024;
    private static final int LOW_WATER = 64 << 10;
    private static final int HIGH_WATER = 256 << 10;
    private static final Duration CLEANING_UP = Duration.ofSeconds(10);

    private final String protocol;
    private final LineSettings settings;
    private final CertificateDirectory certificates;
    private final Sightings sightings;
    private final ConnectionCounts counts;
    private final CommandThreads threads;
    private final EventLoopGroup loops;
    private final Set<LineConnection> open = new HashSet<>();
    private final List<Bound> bound = new ArrayList<>();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final ConnectionMeters meters;
    private boolean stopped;

    private record Bound(String name, Channel channel) {}

    /**
     * @param sightings is told of connections with TLS
     * @param counts what listeners of other protocols count too
     * @param running turns at the same time
     */
    public LineServer(
            String protocol,
            LineSettings settings,
            CertificateDirectory certificates,
            Sightings sightings,
            ConnectionCounts counts,
            int running) {
        this.protocol = protocol;
        this.meters = new ConnectionMeters(protocol, this::connections, accepted::sum, turnedAway::sum);
        this.settings = settings;
        this.certificates = certificates;
        this.sightings = sightings;
        this.counts = counts;
        this.threads = new CommandThreads(running, protocol + "-command-");
        this.loops = new NioEventLoopGroup(0, new DefaultThreadFactory(protocol + "-loop", true));
    }

    /**
     * Listens, on all or on none.
     *
     * @throws OperatorException if an address cannot be had
     */
    public synchronized void start(List<LineListener> listeners) {
        boolean all = false;
        try {
            listeners.forEach(this::listen);
            all = true;
        } finally {
            if (!all) {
                stop(Duration.ZERO);
            }
        }
    }

    /** Where a listener is, with the port that was found for port 0; empty when there is none on a network of that name. */
    public synchronized Optional<InetSocketAddress> address(String name) {
        return bound.stream()
                .filter(one -> one.name().equals(name))
                .map(one -> one.channel().localAddress())
                .filter(InetSocketAddress.class::isInstance)
                .map(InetSocketAddress.class::cast)
                .findFirst();
    }

    LineSettings settings() {
        return settings;
    }

    CertificateDirectory certificates() {
        return certificates;
    }

    Sightings sightings() {
        return sightings;
    }

    CommandThreads threads() {
        return threads;
    }

    private void listen(LineListener listener) {
        boolean unix = listener.address() instanceof UnixDomainSocketAddress;
        if (listener.address() instanceof UnixDomainSocketAddress path) {
            clear(path.getPath());
        }
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(unix ? NioServerDomainSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        ProxyGate.before(channel, listener.proxies(), () -> accept(listener, channel));
                    }
                });
        if (!unix) {
            bootstrap
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childOption(ChannelOption.SO_KEEPALIVE, true);
        }
        ChannelFuture future = bootstrap.bind(listener.address()).awaitUninterruptibly();
        Throwable fault = future.cause();
        if (fault != null) {
            throw new OperatorException(
                    String.valueOf(fault.getMessage()).contains("denied") ? Reason.PERMISSION : Reason.BUSY,
                    listener.name() + " cannot listen on " + listener.address() + ": " + fault.getMessage(),
                    "See with 'ss -ltnp' which process has the port, or configure another address; ports below 1024 need"
                            + " the capability CAP_NET_BIND_SERVICE, which the service file grants.",
                    fault);
        }
        bound.add(new Bound(listener.name(), future.channel()));
        if (listener.address() instanceof UnixDomainSocketAddress path) {
            share(path.getPath());
        }
        LOG.info("{} listens on {}", listener.name(), future.channel().localAddress());
    }

    /** Removes what a server before has left; nothing else than a socket. */
    private static void clear(Path socket) {
        try {
            if (Files.exists(socket) && !Files.isRegularFile(socket) && !Files.isDirectory(socket)) {
                Files.delete(socket);
            }
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.PERMISSION,
                    socket + ": an old socket cannot be removed: " + e.getMessage(),
                    "Remove it, or let the account that runs the server write in its folder.",
                    e);
        }
    }

    /** Lets every account of this machine connect: who may is up to the rights of the folder. */
    private static void share(Path socket) {
        try {
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.PERMISSION,
                    socket + ": its rights cannot be set: " + e.getMessage(),
                    "Look at its folder.",
                    e);
        }
    }

    private void accept(LineListener listener, Channel channel) {
        if (channel.remoteAddress() == null) {
            var unused = channel.close();
            return;
        }
        SocketAddress client = ClientAddress.of(channel);
        String key = LineConnection.key(client);
        Optional<String> refused = listener.admitted().test(listener.name(), client)
                ? counts.enter(key)
                : Optional.of("Your address may not connect here.");
        accepted.increment();
        if (refused.isPresent()) {
            turnedAway.increment();
            LOG.warn("{}: a connection from {} is closed: {}", listener.name(), client, refused.get());
            if (listener.tls()) {
                var unused = channel.close();
            } else {
                byte[] line = listener.refusal().apply(refused.get()).getBytes(StandardCharsets.US_ASCII);
                var unused =
                        channel.writeAndFlush(Unpooled.wrappedBuffer(line)).addListener(ChannelFutureListener.CLOSE);
            }
            return;
        }
        LineConnection connection = new LineConnection(this, listener, channel, client, key);
        synchronized (open) {
            open.add(connection);
        }
        connection.begin();
    }

    void left(LineConnection connection, String key) {
        counts.leave(key);
        synchronized (open) {
            open.remove(connection);
            open.notifyAll();
        }
    }

    /** Names of listeners that were opened and are closed by now. */
    public synchronized List<String> closed() {
        return bound.stream()
                .filter(one -> !one.channel().isActive())
                .map(Bound::name)
                .toList();
    }

    /** Shows connections to monitoring (docs/metrics.md). */
    public void bindTo(MeterRegistry registry) {
        meters.bindTo(registry);
    }

    /** How many connections are open. */
    public int connections() {
        synchronized (open) {
            return open.size();
        }
    }

    /** Accepts no more connections, ends those that wait, lets running turns finish for up to {@code grace}, then cuts off. */
    public synchronized void stop(Duration grace) {
        if (stopped) {
            return;
        }
        stopped = true;
        bound.forEach(one -> one.channel().close().awaitUninterruptibly());
        try {
            connectionsNow().forEach(LineConnection::stop);
            if (!awaitNone(grace)) {
                LOG.warn(
                        "{} {} connections are cut off after {} s of grace",
                        connections(),
                        protocol,
                        grace.toSeconds());
                connectionsNow().forEach(LineConnection::abort);
                awaitNone(CLEANING_UP);
            }
            threads.stop(CLEANING_UP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            loops.shutdownGracefully(0, CLEANING_UP.toSeconds(), TimeUnit.SECONDS)
                    .awaitUninterruptibly();
        }
        LOG.info("{} has stopped", protocol);
    }

    private List<LineConnection> connectionsNow() {
        synchronized (open) {
            return List.copyOf(open);
        }
    }

    private boolean awaitNone(Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        synchronized (open) {
            while (!open.isEmpty()) {
                long millis = (end - System.nanoTime()) / 1_000_000;
                if (millis <= 0) {
                    return false;
                }
                open.wait(millis);
            }
        }
        return true;
    }

    /** Stops without grace. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
