package org.understudy.server.line;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import javax.net.ssl.SSLSession;
import org.understudy.server.imap.ReplyWriter;

/** One connection's side of a protocol. Its methods are called one at a time, in turns, unless they say otherwise. */
public interface Dialogue extends AutoCloseable {
    /** What is to be done when the replies so far are with the client. */
    enum What {
        /** Read on: what is there does not suffice. */
        READ,
        /** Call {@link #take} again with what is left. */
        TAKE,
        /** Agree on TLS, and throw away what came before it. */
        TLS,
        CLOSE
    }

    /** @param delay how long to hold back the replies */
    record Next(What what, Duration delay) {
        public static final Next READ = new Next(What.READ, Duration.ZERO);
        public static final Next TAKE = new Next(What.TAKE, Duration.ZERO);
        public static final Next TLS = new Next(What.TLS, Duration.ZERO);
        public static final Next CLOSE = new Next(What.CLOSE, Duration.ZERO);

        public Next after(Duration wait) {
            return new Next(what, wait);
        }
    }

    /** Opens the conversation. */
    Next greet(ReplyWriter out);

    /** Takes what it can of {@code in}, and writes the replies. What it leaves is there the next time, with more. */
    Next take(ByteBuf in, ReplyWriter out);

    /** TLS has been agreed, before the greeting or after {@link What#TLS}. */
    void encrypted(SSLSession tls);

    /** Last words to a client that is ended from this side. */
    void bye(String text, ReplyWriter out);

    /** Whether a user is known, so that the connection may be idle for long. From any thread. */
    boolean trusted();

    /** The connection is gone. Called once, in the last turn. */
    @Override
    void close();
}
