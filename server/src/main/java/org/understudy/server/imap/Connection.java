package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.local.LocalAddress;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.compression.JdkZlibEncoder;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.CommandRun.Next;
import org.understudy.server.imap.CommandRun.Outcome;
import org.understudy.server.ledger.Sighting;
import org.understudy.server.ledger.Sightings;
import org.understudy.server.proxy.ClientAddress;
import org.understudy.server.tls.CertificateDirectory;

/**
 * One client's connection, as the last handler of its pipeline: reads only what the next command needs, has it run in a
 * turn, sends the reply, and only then goes on. Its fields belong to the event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter implements TlsGate.Outcome {
    private static final byte[] CONTINUE = "+ Ready for the literal.\r\n".getBytes(StandardCharsets.US_ASCII);

    private static final Set<String> LOGINS = Set.of("LOGIN", "AUTHENTICATE");

    /** Who has the word. */
    private enum Phase {
        /** TLS is being agreed. */
        SECURING,
        /** The client: octets are read and framed. */
        READING,
        /** A turn: nothing is read. */
        RUNNING,
        /** The reply is on its way: nothing is read. */
        ANSWERING,
        /** Nobody. */
        CLOSED
    }

    /**
     * Why the connection is to end as soon as its client has the word.
     *
     * @param text for the client
     * @param reason for the log
     */
    private record Farewell(String text, String reason) {
        static final Farewell STOPPING = new Farewell("The server is stopping.", "the server stops");
    }

    /** What the connections of a server share. */
    record Shared(
            ImapEngine engine,
            ImapSettings settings,
            CertificateDirectory certificates,
            CommandThreads threads,
            OpenConnections open,
            LoginThrottle throttle,
            Sightings sightings,
            CommandMeters meters) {}

    private final Shared shared;
    private final Channel channel;
    private final Framing framing;
    private final Turns turns;
    private final ReplyWriter writer;
    private final ConnectionSession session;
    private final CommandRun run;
    private final SessionLog log;
    private final Sighting sighting;
    private final long loginBy;
    private Phase phase = Phase.SECURING;
    private ByteBuf in = Unpooled.EMPTY_BUFFER;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean begun;
    private boolean awaitsLine;
    private @Nullable Farewell farewell;

    /** @param listener {@code imaps}, or {@code imap} for a listener with STARTTLS */
    Connection(Shared shared, Channel channel, String listener) {
        this.shared = shared;
        this.channel = channel;
        this.framing = new Framing(shared.settings().limits(), shared.settings().spoolFolder());
        this.turns = new Turns(shared.threads());
        this.writer = new ReplyWriter(channel, shared.threads(), timeouts().stall());
        this.session = new ConnectionSession(
                listener.equals("imap"),
                shared.settings().localLogins() && isLocal(channel),
                channel.eventLoop(),
                this::betweenCommands,
                writer,
                this::sendNow,
                this::end,
                ClientAddress.of(channel));
        this.log = new SessionLog(session.sessionId().asString(), listener, ClientAddress.of(channel));
        this.sighting = new Sighting(shared.sightings(), listener, port(channel));
        session.setAttribute(IdCommand.SIGHTING, sighting);
        this.run = new CommandRun(
                shared.engine(), shared.settings(), shared.throttle(), session, writer, log, sighting, shared.meters());
        this.loginBy = System.nanoTime() + timeouts().login().toNanos();
        channel.closeFuture().addListener(future -> closed());
        log.connected();
    }

    /** Goes by the other end of the connection, which may be a proxy that ends TLS. */
    private static boolean isLocal(Channel channel) {
        return switch (channel.remoteAddress()) {
            case InetSocketAddress from -> from.getAddress().isLoopbackAddress();
            case LocalAddress within -> true;
            default -> false;
        };
    }

    private static int port(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress at ? at.getPort() : 0;
    }

    private ImapSettings.Timeouts timeouts() {
        return shared.settings().timeouts();
    }

    /** Begins with TLS; the pipeline is completed and the greeting sent when it is agreed. */
    void secure() {
        phase = Phase.SECURING;
        TlsGate.into(
                channel.pipeline(),
                shared.certificates(),
                timeouts().handshake().toMillis(),
                this);
        TlsTap.into(channel.pipeline(), sighting);
        channel.config().setAutoRead(true);
    }

    /** Begins without TLS, on a listener with STARTTLS. */
    void greet() {
        channel.pipeline().addLast("connection", this);
        begun = true;
        runTurn(run::greet);
    }

    @Override
    public void agreed(SSLSession tls, @Nullable String host) {
        channel.config().setAutoRead(false);
        session.encrypted(tls);
        log.encrypted(tls, host);
        sighting.agreed(tls.getProtocol(), TlsTap.shown(tls), host);
        TlsTap.outOf(channel.pipeline());
        if (!begun) {
            greet();
        } else if (farewell != null) {
            bye(farewell.text(), farewell.reason());
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
        } else if (in.isReadable()) {
            in = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, octets);
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
        session.clientMoved();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        sighting.broke(cause);
        if (!(cause instanceof IOException) && !(cause instanceof CodecException)) {
            log.connectionFailed(cause);
        }
        close("the connection broke: " + cause.getMessage());
    }

    private void proceed() {
        while (phase == Phase.READING) {
            if (awaitsLine) {
                byte[] line;
                try {
                    line = framing.continuationLine(in);
                } catch (Framing.TooLongLineException e) {
                    bye("The line is too long.", "a line was too long");
                    return;
                }
                if (line == null) {
                    read();
                    return;
                }
                awaitsLine = false;
                runTurn(() -> run.line(line));
            } else {
                switch (framing.next(in, session.authenticatedNow())) {
                    case Framing.Step.NeedOctets need -> {
                        read();
                        return;
                    }
                    case Framing.Step.Continue go -> write(Unpooled.wrappedBuffer(CONTINUE));
                    case Framing.Step.Spool(FileLiteral file, ByteBuf octets) -> spool(file, octets);
                    case Framing.Step.Run(CommandFrame frame) -> runWhenDue(frame);
                    case Framing.Step.Refuse(Refusal refusal, boolean end) -> {
                        if (end) {
                            log.ending("what the client sent cannot be told from commands");
                        }
                        phase = Phase.ANSWERING;
                        send(Unpooled.wrappedBuffer(refusal.octets()), end ? Outcome.CLOSE : Outcome.of(Next.COMMAND));
                    }
                }
            }
        }
    }

    private void read() {
        if (in.isReadable()) {
            in.discardSomeReadBytes();
        } else {
            in.release();
            in = Unpooled.EMPTY_BUFFER;
        }
        if (session.authenticatedNow()) {
            expect(timeouts().idle(), "nothing came for " + timeouts().idle().toSeconds() + " s");
        } else {
            expect(Duration.ofNanos(Math.max(0, loginBy - System.nanoTime())), "nobody logged in in time");
        }
        channel.read();
    }

    private void spool(FileLiteral file, ByteBuf octets) {
        phase = Phase.RUNNING;
        clearDeadline();
        turns.submit(() -> {
            IOException fault = null;
            try {
                file.append(octets);
            } catch (IOException e) {
                fault = e;
            } finally {
                octets.release();
            }
            IOException cause = fault;
            onLoop(() -> {
                if (phase == Phase.RUNNING) {
                    if (cause != null) {
                        log.commandFailed(
                                "storing a literal in " + shared.settings().spoolFolder(), cause);
                        framing.refuseSpooled("The server cannot store the message now.");
                    }
                    readOn();
                }
            });
        });
    }

    /**
     * Runs a command; a login from an address that has failed too often waits for its turn. What such a command holds is
     * in memory alone, so that nothing is left behind when the client goes meanwhile.
     */
    private void runWhenDue(CommandFrame frame) {
        boolean login = !session.authenticatedNow() && LOGINS.contains(frame.name());
        Duration wait = login ? session.address().map(shared.throttle()::before).orElse(Duration.ZERO) : Duration.ZERO;
        if (wait.isZero()) {
            runTurn(() -> run.run(frame));
            return;
        }
        phase = Phase.RUNNING;
        clearDeadline();
        var unused = channel.eventLoop()
                .schedule(
                        () -> {
                            if (phase == Phase.RUNNING) {
                                runTurn(() -> run.run(frame));
                            }
                        },
                        wait.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Where the client is, as connections are counted by. */
    String address() {
        return session.address().map(LoginThrottle::key).orElse("");
    }

    private void runTurn(Supplier<Outcome> work) {
        phase = Phase.RUNNING;
        clearDeadline();
        turns.submit(() -> log.in(() -> {
            Outcome outcome = Outcome.CLOSE;
            try {
                outcome = work.get();
            } catch (ClientGoneException e) {
                log.ending(String.valueOf(e.getMessage()));
            } finally {
                Outcome next = outcome;
                ByteBuf rest = writer.take();
                onLoop(() -> answer(rest, next));
            }
        }));
    }

    /** Runs work of a waiting command, as IDLE has it, in a turn of its own. */
    private void betweenCommands(Runnable work) {
        turns.submit(() -> log.in(() -> {
            try {
                work.run();
            } catch (ClientGoneException e) {
                log.ending(String.valueOf(e.getMessage()));
            } catch (RuntimeException | Error e) {
                log.connectionFailed(e);
                abort();
            }
        }));
    }

    private void answer(ByteBuf rest, Outcome outcome) {
        if (phase == Phase.CLOSED) {
            rest.release();
            return;
        }
        phase = Phase.ANSWERING;
        if (outcome.delay().isZero()) {
            send(rest, outcome);
        } else {
            deadline = channel.eventLoop()
                    .schedule(() -> send(rest, outcome), outcome.delay().toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void send(ByteBuf octets, Outcome outcome) {
        expect(
                timeouts().stall(),
                "the client took in nothing for " + timeouts().stall().toSeconds() + " s");
        channel.writeAndFlush(octets).addListener(sent -> {
            if (phase == Phase.CLOSED) {
                return;
            }
            if (!sent.isSuccess()) {
                close("the client hung up");
            } else {
                follow(outcome.next());
            }
        });
    }

    private void follow(Next next) {
        if (farewell != null && next != Next.CLOSE) {
            bye(farewell.text(), farewell.reason());
            return;
        }
        switch (next) {
            case COMMAND -> readOn();
            case LINE -> {
                awaitsLine = true;
                readOn();
            }
            case TLS -> {
                if (in.isReadable()) {
                    log.injectionDiscarded(in.readableBytes());
                    in.skipBytes(in.readableBytes());
                }
                expect(timeouts().handshake(), "TLS was not agreed in time");
                secure();
            }
            case COMPRESSION -> {
                if (in.isReadable()) {
                    close("the client did not wait for compression to start");
                    return;
                }
                session.compressed();
                channel.pipeline()
                        .addBefore("connection", "deflation", new JdkZlibEncoder(ZlibWrapper.NONE))
                        .addBefore("connection", "inflation", new Inflation());
                readOn();
            }
            case CLOSE -> close("the server closed");
        }
    }

    private void readOn() {
        if (farewell != null) {
            bye(farewell.text(), farewell.reason());
            return;
        }
        phase = Phase.READING;
        proceed();
    }

    /** Sends what a turn has written while the client has the word, as in IDLE. For turns. */
    private void sendNow() {
        write(writer.take());
    }

    private void write(ByteBuf octets) {
        var unused = channel.writeAndFlush(octets, channel.voidPromise());
    }

    private void bye(String text, String reason) {
        runTurn(() -> run.bye(text, reason));
        expect(timeouts().stall(), reason);
    }

    /** Ends the connection in order: at once when the client has the word, else after the running command. */
    void stop() {
        end(Farewell.STOPPING);
    }

    private void end(String text, String reason) {
        end(new Farewell(text, reason));
    }

    private void end(Farewell last) {
        onLoop(() -> {
            farewell = last;
            if (phase == Phase.SECURING) {
                close(last.reason());
            } else if (phase == Phase.READING) {
                bye(last.text(), last.reason());
            }
        });
    }

    /** Ends the connection now. */
    void abort() {
        onLoop(() -> close("the server closed"));
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
        Runnable last = () -> log.in(() -> {
            try {
                framing.close();
            } catch (IOException e) {
                log.connectionFailed(e);
            } finally {
                run.end();
                writer.take().release();
                log.ended(writer.octets());
                shared.open().leave(this);
            }
        });
        if (framing.betweenCommands() && session.endsAtOnce()) {
            turns.now(last);
        } else {
            turns.submit(last);
        }
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
            bye("Autologout: " + reason + ".", reason);
        } else if (phase != Phase.CLOSED) {
            close(reason);
        }
    }

    private void onLoop(Runnable work) {
        channel.eventLoop().execute(work);
    }
}
