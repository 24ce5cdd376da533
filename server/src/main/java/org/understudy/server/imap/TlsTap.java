package org.understudy.server.imap;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.ledger.Sighting;

/**
 * Looks on while TLS is agreed, as the first handler of a pipeline, and changes nothing: reads the ClientHello, the version
 * that the server answers with, and alerts of either side that go in plain text (RFC 8446 section 6, a record of type 21 with
 * two octets). So go those of OpenSSL's clients, in TLS 1.3 too; those that are encrypted come to the connection as faults.
 */
public final class TlsTap extends ChannelDuplexHandler {
    private static final String NAME = "tap";
    private static final int HEADER = 5;
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int ALERT_OCTETS = 2;
    private static final int LARGEST_RECORD = 1 << 14;
    private static final int SERVER_HELLO_TO_SESSION = 4 + 2 + 32;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int TLS13 = 0x0304;

    private final Sighting sighting;
    private final Records incoming = new Records();
    private final Records outgoing = new Records();
    private boolean hello;
    private boolean answered;

    private TlsTap(Sighting sighting) {
        this.sighting = sighting;
    }

    public static void into(ChannelPipeline pipeline, Sighting sighting) {
        pipeline.addFirst(NAME, new TlsTap(sighting));
    }

    public static void outOf(ChannelPipeline pipeline) {
        ChannelHandler tap = pipeline.get(NAME);
        if (tap != null) {
            pipeline.remove(tap);
        }
    }

    /** The server's own certificate of a session, where there is one. */
    public static @Nullable X509Certificate shown(SSLSession session) {
        Certificate[] chain = session.getLocalCertificates();
        return chain != null && chain.length > 0 && chain[0] instanceof X509Certificate leaf ? leaf : null;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof ByteBuf octets) {
            sighting.begun();
            incoming.read(octets, (type, content) -> {
                if (type == ALERT) {
                    sighting.clientAlert(content.get(1) & 0xff);
                } else if (type == HANDSHAKE && !hello) {
                    hello = true;
                    sighting.hello(content);
                }
            });
        }
        ctx.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf octets) {
            outgoing.read(octets, (type, content) -> {
                if (type == ALERT) {
                    sighting.serverAlert(content.get(1) & 0xff);
                } else if (type == HANDSHAKE && !answered) {
                    answered = true;
                    sighting.answered(version(content), handshaking(ctx));
                }
            });
        }
        var unused = ctx.write(message, promise);
    }

    /** The certificate that is being shown; at this moment both engines know it. */
    private static @Nullable X509Certificate handshaking(ChannelHandlerContext ctx) {
        SslHandler tls = ctx.pipeline().get(SslHandler.class);
        if (tls == null) {
            return null;
        }
        SSLSession session = tls.engine().getHandshakeSession();
        return session == null ? null : shown(session);
    }

    /** The version that a ServerHello agrees to (RFC 8446 section 4.1.3), or empty. */
    private static String version(ByteBuffer hello) {
        if (hello.remaining() <= SERVER_HELLO_TO_SESSION || hello.get(0) != 2) {
            return "";
        }
        int at = SERVER_HELLO_TO_SESSION + 1 + (hello.get(SERVER_HELLO_TO_SESSION) & 0xff) + 2 + 1 + 2;
        int end = Math.min(hello.remaining(), 4 + (hello.getInt(0) & 0xff_ffff));
        while (at + 4 <= end) {
            int type = hello.getShort(at) & 0xffff;
            int length = hello.getShort(at + 2) & 0xffff;
            if (type == SUPPORTED_VERSIONS && length == 2 && at + 6 <= end && hello.getShort(at + 4) == TLS13) {
                return "TLSv1.3";
            }
            at += 4 + length;
        }
        return hello.getShort(4) == 0x0303 ? "TLSv1.2" : "";
    }

    /** Who is told of a record: alerts of two octets, and the first of any other kind. */
    private interface Reader {
        void record(int type, ByteBuffer content);
    }

    /** One direction: cuts octets into records, as they come. Holds the first record, and no other, until it is whole. */
    private static final class Records {
        private final byte[] header = new byte[HEADER];
        private int headerOctets;
        private int type;
        private int left;
        private @Nullable ByteBuffer content;
        private boolean first = true;
        private boolean lost;

        void read(ByteBuf octets, Reader reader) {
            int at = octets.readerIndex();
            int end = octets.writerIndex();
            while (at < end && !lost) {
                if (headerOctets < HEADER) {
                    header[headerOctets++] = octets.getByte(at++);
                    if (headerOctets == HEADER) {
                        begin();
                    }
                } else {
                    int taken = Math.min(left, end - at);
                    ByteBuffer kept = content;
                    if (kept != null) {
                        octets.getBytes(at, kept.slice(kept.position(), taken));
                        kept.position(kept.position() + taken);
                    }
                    at += taken;
                    left -= taken;
                }
                if (headerOctets == HEADER && left == 0) {
                    end(reader);
                }
            }
        }

        private void begin() {
            type = header[0];
            left = (header[3] & 0xff) << 8 | header[4] & 0xff;
            lost = header[1] != 3 || left > LARGEST_RECORD + 2048;
            boolean wanted = !lost && (first || type == ALERT && left == ALERT_OCTETS);
            content = wanted ? ByteBuffer.allocate(left) : null;
        }

        private void end(Reader reader) {
            ByteBuffer whole = content;
            headerOctets = 0;
            first = false;
            content = null;
            if (whole != null && (type != ALERT || whole.capacity() == ALERT_OCTETS)) {
                reader.record(type, whole.flip());
            }
        }
    }
}
