package org.understudy.server.line;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.ClientGoneException;
import org.understudy.server.imap.LoginThrottle;
import org.understudy.server.imap.ReplyWriter;
import org.understudy.server.imap.SessionLog;
import org.understudy.server.imap.TlsGate;
import org.understudy.server.imap.TlsTap;
import org.understudy.server.imap.Turns;
import org.understudy.server.ledger.Sighting;
import org.understudy.server.line.Dialogue.Next;
import org.understudy.server.line.Dialogue.What;

/**
 * One client's connection, as the last handler of its pipeline: reads, lets the dialogue take what has come in a turn, sends
 * the replies, and only then goes on. Its fields belong to the event loop.
 */
final class LineConnection extends ChannelInboundHandlerAdapter implements TlsGate.Outcome {
    private enum Phase {
        SECURING,
        READING,
        RUNNING,
        ANSWERING,
        CLOSED
    }

    private final LineServer server;
    private final LineListener listener;
    private final Channel channel;
    private final String key;
    private final Turns turns;
    private final ReplyWriter writer;
    private final SessionLog log;
    private final Sighting sighting;
    private final Dialogue dialogue;
    private final long loginBy;
    private Phase phase = Phase.SECURING;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean begun;
    private boolean stopping;

    /** Whether something has come that no turn has been given. */
    private boolean unseen;

    LineConnection(LineServer server, LineListener listener, Channel channel, SocketAddress client, String key) {
        this.server = server;
        this.listener = listener;
        this.channel = channel;
        this.key = key;
        this.turns = new Turns(server.threads());
        this.writer = new ReplyWriter(channel, server.threads(), settings().stall());
        this.log = new SessionLog(UUID.randomUUID().toString(), listener.name(), client);
        this.sighting = new Sighting(server.sightings(), listener.name(), port(channel));
        this.dialogue =
                listener.dialogues().apply(new LineListener.Caller(listener.name(), client, key, log, sighting));
        this.loginBy = System.nanoTime() + settings().login().toNanos();
        log.connected();
    }

    /** What connections of a client are counted by; empty for one that is not on a network. */
    static String key(SocketAddress client) {
        return client instanceof InetSocketAddress inet && inet.getAddress() != null
                ? LoginThrottle.key(inet.getAddress())
                : "";
    }

    private static int port(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress at ? at.getPort() : 0;
    }

    private LineSettings settings() {
        return server.settings();
    }

    void begin() {
        channel.closeFuture().addListener(future -> closed());
        if (listener.tls()) {
            secure();
        } else {
            greet();
        }
    }

    private void secure() {
        phase = Phase.SECURING;
        TlsGate.into(
                channel.pipeline(),
                server.certificates(),
                settings().handshake().toMillis(),
                this);
        TlsTap.into(channel.pipeline(), sighting);
        channel.config().setAutoRead(true);
    }

    private void greet() {
        begun = true;
        channel.pipeline().addLast("connection", this);
        turn(octets -> dialogue.greet(writer));
    }

    @Override
    public void agreed(SSLSession tls, @Nullable String host) {
        channel.config().setAutoRead(false);
        log.encrypted(tls, host);
        sighting.agreed(tls.getProtocol(), TlsTap.shown(tls), host);
        TlsTap.outOf(channel.pipeline());
        dialogue.encrypted(tls);
        if (!begun) {
            greet();
        } else {
            phase = Phase.READING;
            proceed();
        }
    }

    @Override
    public void failed(Throwable cause, @Nullable String host) {
        sighting.failed(cause, host);
        Throwable root = cause.getCause() == null ? cause : cause.getCause();
        close("TLS failed" + (host == null ? "" : " for " + host) + ": " + root.getMessage());
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf octets = (ByteBuf) message;
        log.countIn(octets.readableBytes());
        if (phase == Phase.CLOSED) {
            octets.release();
        } else {
            unseen = true;
            gather(octets);
        }
    }

    private void gather(ByteBuf octets) {
        if (in.isReadable()) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(channel.alloc(), in, octets);
        } else {
            in.release();
            in = octets;
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        proceed();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        writer.clientMoved();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        sighting.broke(cause);
        if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
            log.connectionFailed(cause);
        }
        close("the connection broke: " + cause.getMessage());
    }

    /** Something may have come while the client has the word. */
    private void proceed() {
        if (phase != Phase.READING) {
            return;
        }
        if (stopping) {
            bye("The server is stopping.", "the server stops");
        } else if (in.isReadable()) {
            turn(octets -> dialogue.take(octets, writer));
        } else {
            read();
        }
    }

    private void read() {
        if (dialogue.trusted()) {
            expect(settings().idle(), "nothing came for " + settings().idle().toSeconds() + " s");
        } else {
            expect(Duration.ofNanos(Math.max(0, loginBy - System.nanoTime())), "nobody logged in in time");
        }
        channel.read();
    }

    private void turn(Function<ByteBuf, Next> work) {
        phase = Phase.RUNNING;
        clearDeadline();
        unseen = false;
        ByteBuf octets = in;
        in = Unpooled.EMPTY_BUFFER;
        turns.submit(() -> log.in(() -> {
            Next next = Next.CLOSE;
            try {
                next = work.apply(octets);
            } catch (ClientGoneException e) {
                log.ending(String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error e) {
                log.connectionFailed(e);
            } finally {
                Next then = next;
                ByteBuf rest = writer.take();
                channel.eventLoop().execute(() -> answer(octets, rest, then));
            }
        }));
    }

    private void answer(ByteBuf left, ByteBuf rest, Next next) {
        if (phase == Phase.CLOSED) {
            left.release();
            rest.release();
            return;
        }
        ByteBuf later = in;
        in = left;
        if (later.isReadable()) {
            gather(later);
        } else {
            later.release();
        }
        phase = Phase.ANSWERING;
        if (next.delay().isZero()) {
            send(rest, next.what());
        } else {
            deadline = channel.eventLoop()
                    .schedule(() -> send(rest, next.what()), next.delay().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void send(ByteBuf octets, What then) {
        if (!octets.isReadable()) {
            octets.release();
            follow(then);
            return;
        }
        expect(
                settings().stall(),
                "the client took in nothing for " + settings().stall().toSeconds() + " s");
        channel.writeAndFlush(octets).addListener(sent -> {
            if (phase == Phase.CLOSED) {
                return;
            }
            if (!sent.isSuccess()) {
                close("the client hung up");
            } else {
                follow(then);
            }
        });
    }

    private void follow(What then) {
        if (phase == Phase.CLOSED) {
            return;
        }
        switch (then) {
            case READ -> {
                phase = Phase.READING;
                if (stopping || unseen) {
                    proceed();
                } else {
                    if (in.isReadable()) {
                        in.discardSomeReadBytes();
                    }
                    read();
                }
            }
            case TAKE -> {
                phase = Phase.READING;
                proceed();
            }
            case TLS -> {
                if (in.isReadable()) {
                    log.injectionDiscarded(in.readableBytes());
                    in.skipBytes(in.readableBytes());
                }
                expect(settings().handshake(), "TLS was not agreed in time");
                secure();
            }
            case CLOSE -> close("the server closed");
        }
    }

    private void bye(String text, String reason) {
        log.ending(reason);
        turn(octets -> {
            dialogue.bye(text, writer);
            return Next.CLOSE;
        });
        expect(settings().stall(), reason);
    }

    /** Ends the connection in order: at once when the client has the word, else after the running turn. */
    void stop() {
        channel.eventLoop().execute(() -> {
            stopping = true;
            if (phase == Phase.SECURING) {
                close("the server stops");
            } else {
                proceed();
            }
        });
    }

    void abort() {
        channel.eventLoop().execute(() -> close("the server closed"));
    }

    private void close(String reason) {
        log.ending(reason);
        var unused = channel.close();
    }

    private void closed() {
        phase = Phase.CLOSED;
        clearDeadline();
        sighting.ended();
        in.release();
        in = Unpooled.EMPTY_BUFFER;
        writer.clientMoved();
        turns.submit(() -> log.in(() -> {
            try {
                dialogue.close();
            } catch (RuntimeException e) {
                log.connectionFailed(e);
            } finally {
                writer.take().release();
                log.ended(writer.octets());
                server.left(this, key);
            }
        }));
    }

    private void expect(Duration within, String reason) {
        clearDeadline();
        deadline = channel.eventLoop().schedule(() -> expired(reason), within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void clearDeadline() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private void expired(String reason) {
        if (phase == Phase.READING) {
            bye("Timed out: " + reason + ".", reason);
        } else if (phase != Phase.CLOSED) {
            close(reason);
        }
    }
}
