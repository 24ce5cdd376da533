package org.understudy.server.lmtp;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.account.AddressBook.Target;
import org.understudy.server.imap.ReplyWriter;
import org.understudy.server.line.Dialogue;
import org.understudy.server.line.LineListener;
import org.understudy.server.line.Lines;
import org.understudy.storage.Content;

/** One sender's LMTP: LHLO, then transactions of MAIL, RCPT and DATA or BDAT (RFC 2033, RFC 3030). */
public final class LmtpDialogue implements Dialogue {
    private static final Logger LOG = LoggerFactory.getLogger(LmtpDialogue.class);
    private static final int LONGEST_LINE = 8 << 10;
    private static final int MOST_BAD = 20;

    private final LmtpSettings settings;
    private final Mailroom room;
    private final LmtpCounts counts;
    private final LineListener.Caller caller;
    private @Nullable SSLSession tls;
    private @Nullable String helo;
    private @Nullable Transaction transaction;
    private @Nullable Chunk chunk;
    private boolean inData;
    private int bad;

    /** What RCPT has been answered 250 to. */
    private record Recipient(String address, List<Target> targets) {}

    private static final class Transaction {
        private final String sender;
        private final boolean utf8;
        private final long announced;
        private final List<Recipient> recipients = new ArrayList<>();
        private final String id = UUID.randomUUID().toString().replace("-", "").substring(0, 20);
        private @Nullable Incoming incoming;

        Transaction(String sender, boolean utf8, long announced) {
            this.sender = sender;
            this.utf8 = utf8;
            this.announced = announced;
        }
    }

    /** Octets of BDAT that are still to come; with an answer they are thrown away. */
    private static final class Chunk {
        private long left;
        private final boolean last;
        private final @Nullable Answer refused;

        Chunk(long left, boolean last, @Nullable Answer refused) {
            this.left = left;
            this.last = last;
            this.refused = refused;
        }
    }

    public LmtpDialogue(LmtpSettings settings, Mailroom room, LmtpCounts counts, LineListener.Caller caller) {
        this.settings = settings;
        this.room = room;
        this.counts = counts;
        this.caller = caller;
    }

    @Override
    public Next greet(ReplyWriter out) {
        say(out, new Answer(220, "", settings.host() + " Understudy LMTP"));
        return Next.READ;
    }

    @Override
    public void encrypted(SSLSession session) {
        tls = session;
        helo = null;
        reset();
    }

    @Override
    public void bye(String text, ReplyWriter out) {
        say(out, new Answer(421, "4.3.2", text));
    }

    /** Whoever may connect may wait. */
    @Override
    public boolean trusted() {
        return true;
    }

    @Override
    public void close() {
        reset();
    }

    @Override
    public Next take(ByteBuf in, ReplyWriter out) {
        while (true) {
            if (inData) {
                if (!incoming().readDots(in)) {
                    return Next.READ;
                }
                inData = false;
                deliver(out);
            } else if (chunk != null) {
                if (!takeChunk(chunk, in, out)) {
                    return Next.READ;
                }
            } else {
                Lines.Line line = Lines.next(in);
                if (line == null) {
                    if (in.readableBytes() <= LONGEST_LINE) {
                        return Next.READ;
                    }
                    say(out, new Answer(500, "5.5.6", "The line is too long"));
                    return Next.CLOSE;
                }
                Next next = command(line, in, out);
                if (!next.equals(Next.TAKE)) {
                    return next;
                }
            }
        }
    }

    private Incoming incoming() {
        Transaction now = transaction;
        if (now == null || now.incoming == null) {
            throw new IllegalStateException("no message is coming in");
        }
        return now.incoming;
    }

    private void reset() {
        Transaction before = transaction;
        transaction = null;
        chunk = null;
        inData = false;
        if (before != null && before.incoming != null) {
            before.incoming.close();
        }
    }

    private static void say(ReplyWriter out, Answer answer) {
        out.write(answer.line().getBytes(StandardCharsets.UTF_8));
    }

    /** @return {@link Next#TAKE} to go on */
    private Next command(Lines.Line line, ByteBuf in, ReplyWriter out) {
        caller.log().countCommand();
        caller.sighting().command();
        if (!line.whole() || line.text().length() > LONGEST_LINE || line.text().indexOf('\0') >= 0) {
            return wrong(out, new Answer(500, "5.5.2", "A line must end with CRLF, and have no NUL"));
        }
        String text = line.text();
        int space = text.indexOf(' ');
        String verb = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        String rest = space < 0 ? "" : text.substring(space + 1);
        return switch (verb) {
            case "LHLO" -> hello(rest.strip(), out);
            case "HELO", "EHLO" -> wrong(out, new Answer(500, "5.5.1", "This is LMTP: say LHLO"));
            case "MAIL" -> mail(rest, out);
            case "RCPT" -> recipient(rest, out);
            case "DATA" -> data(rest, in, out);
            case "BDAT" -> bdat(rest, out);
            case "RSET" -> {
                reset();
                say(out, new Answer(250, "2.0.0", "Nothing is pending"));
                yield Next.TAKE;
            }
            case "NOOP" -> {
                say(out, new Answer(250, "2.0.0", "Understudy is here"));
                yield Next.TAKE;
            }
            case "VRFY" -> {
                say(out, new Answer(252, "2.5.0", "RCPT will tell"));
                yield Next.TAKE;
            }
            case "STARTTLS" -> startTls(out);
            case "QUIT" -> {
                caller.log().ending("the client has quit");
                say(out, new Answer(221, "2.0.0", "Bye"));
                yield Next.CLOSE;
            }
            default -> wrong(out, new Answer(500, "5.5.2", "The command is not known"));
        };
    }

    private Next wrong(ReplyWriter out, Answer answer) {
        say(out, answer);
        bad++;
        if (bad < MOST_BAD) {
            return Next.TAKE;
        }
        caller.log().ending("too many bad commands");
        say(out, new Answer(421, "4.7.0", "Too many errors"));
        return Next.CLOSE;
    }

    private Next hello(String name, ReplyWriter out) {
        if (name.isEmpty()) {
            return wrong(out, new Answer(501, "5.5.4", "LHLO wants a name"));
        }
        reset();
        String shown = name.replaceAll("[^!-'*-\\[\\]-~]", "?");
        helo = shown.length() > 255 ? shown.substring(0, 255) : shown;
        List<String> lines = new ArrayList<>(List.of(
                settings.host(),
                "PIPELINING",
                "8BITMIME",
                "SMTPUTF8",
                "SIZE " + settings.messageOctets(),
                "ENHANCEDSTATUSCODES",
                "CHUNKING"));
        if (mayStartTls()) {
            lines.add("STARTTLS");
        }
        for (int i = 0; i < lines.size(); i++) {
            String separator = i == lines.size() - 1 ? " " : "-";
            out.write(("250" + separator + lines.get(i) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
        return Next.TAKE;
    }

    private boolean mayStartTls() {
        return settings.startTls() && tls == null && caller.client() instanceof InetSocketAddress;
    }

    private Next startTls(ReplyWriter out) {
        if (!mayStartTls()) {
            return wrong(out, new Answer(503, "5.5.1", "TLS cannot be started"));
        }
        say(out, new Answer(220, "2.0.0", "Begin with TLS"));
        return Next.TLS;
    }

    private Next mail(String rest, ReplyWriter out) {
        if (helo == null) {
            return wrong(out, new Answer(503, "5.5.1", "LHLO comes first"));
        }
        if (transaction != null) {
            return wrong(out, new Answer(503, "5.5.1", "A transaction is under way"));
        }
        Optional<Path321> path = argument("FROM:", rest);
        if (path.isEmpty()) {
            return wrong(out, new Answer(501, "5.1.7", "MAIL FROM:<address> is expected"));
        }
        boolean utf8 = false;
        long size = 0;
        for (String name : path.get().parameters().keySet()) {
            String value = path.get().parameters().get(name);
            switch (name) {
                case "SMTPUTF8" -> utf8 = true;
                case "BODY" -> {
                    if (!value.equalsIgnoreCase("7BIT") && !value.equalsIgnoreCase("8BITMIME")) {
                        return wrong(out, new Answer(501, "5.5.4", "BODY is 7BIT or 8BITMIME"));
                    }
                }
                case "SIZE" -> {
                    if (!value.matches("\\d{1,18}")) {
                        return wrong(out, new Answer(501, "5.5.4", "SIZE is a number"));
                    }
                    size = Long.parseLong(value);
                }
                default -> {
                    return wrong(out, new Answer(555, "5.5.4", "A parameter of MAIL is not known"));
                }
            }
        }
        if (size > settings.messageOctets()) {
            say(out, Answer.TOO_LARGE);
            return Next.TAKE;
        }
        if (path.get().international() && !utf8) {
            return wrong(out, new Answer(553, "5.6.7", "Such an address needs SMTPUTF8"));
        }
        transaction = new Transaction(path.get().address(), utf8, size);
        say(out, new Answer(250, "2.1.0", "Sender noted"));
        return Next.TAKE;
    }

    private static Optional<Path321> argument(String word, String rest) {
        return rest.regionMatches(true, 0, word, 0, word.length())
                ? Path321.parse(rest.substring(word.length()))
                : Optional.empty();
    }

    private Next recipient(String rest, ReplyWriter out) {
        Transaction now = transaction;
        if (now == null || now.incoming != null) {
            return wrong(out, new Answer(503, "5.5.1", "MAIL comes first"));
        }
        Optional<Path321> path = argument("TO:", rest);
        if (path.isEmpty() || path.get().address().isEmpty()) {
            return wrong(out, new Answer(501, "5.1.3", "RCPT TO:<address> is expected"));
        }
        if (!path.get().parameters().isEmpty()) {
            return wrong(out, new Answer(555, "5.5.4", "A parameter of RCPT is not known"));
        }
        if (path.get().international() && !now.utf8) {
            return wrong(out, new Answer(553, "5.6.7", "Such an address needs SMTPUTF8"));
        }
        if (now.recipients.size() >= settings.recipients()) {
            say(out, new Answer(452, "4.5.3", "Too many recipients; the rest in another transaction"));
            return Next.TAKE;
        }
        switch (room.find(path.get().address(), now.announced)) {
            case Mailroom.Known.Users(List<Target> targets) -> {
                now.recipients.add(new Recipient(path.get().address(), targets));
                say(out, new Answer(250, "2.1.5", "Recipient noted"));
            }
            case Mailroom.Known.Refused(Answer answer) -> {
                counts.refused(answer.temporary());
                say(out, answer);
            }
        }
        return Next.TAKE;
    }

    private Next data(String rest, ByteBuf in, ReplyWriter out) {
        Transaction now = transaction;
        boolean ready = now != null && now.incoming == null && !now.recipients.isEmpty() && rest.isBlank();
        if (!ready || now == null) {
            say(
                    out,
                    now == null || now.incoming != null
                            ? new Answer(503, "5.5.1", "MAIL and RCPT come first")
                            : new Answer(503, "5.5.1", "There is no valid recipient"));
            if (in.isReadable()) {
                // What follows may be a message, whose lines must not be taken for commands.
                caller.log().ending("the client did not wait for the answer to DATA, which was refused");
                return Next.CLOSE;
            }
            return Next.TAKE;
        }
        now.incoming = begin(now);
        inData = true;
        say(out, new Answer(354, "", "Send the message"));
        return Next.TAKE;
    }

    private Next bdat(String rest, ReplyWriter out) {
        String[] words = rest.strip().split(" +");
        boolean last = words.length == 2 && words[1].equalsIgnoreCase("LAST");
        if (!words[0].matches("\\d{1,18}") || words.length > 2 || words.length == 2 && !last) {
            say(out, new Answer(501, "5.5.4", "BDAT wants a number of octets, and perhaps LAST"));
            caller.log().ending("how long a chunk is cannot be told");
            return Next.CLOSE;
        }
        long size = Long.parseLong(words[0]);
        Transaction now = transaction;
        if (now == null || now.recipients.isEmpty()) {
            chunk = new Chunk(size, last, new Answer(503, "5.5.1", "There is no valid recipient"));
        } else {
            if (now.incoming == null) {
                now.incoming = begin(now);
            }
            chunk = new Chunk(size, last, null);
        }
        return Next.TAKE;
    }

    /** @return whether the chunk is complete */
    private boolean takeChunk(Chunk now, ByteBuf in, ReplyWriter out) {
        int count = (int) Math.min(now.left, in.readableBytes());
        if (now.refused != null) {
            in.skipBytes(count);
        } else {
            incoming().readRaw(in, count);
        }
        now.left -= count;
        if (now.left > 0) {
            return false;
        }
        chunk = null;
        if (now.refused != null) {
            say(out, now.refused);
        } else if (now.last) {
            deliver(out);
        } else {
            say(out, incoming().tooLarge() ? Answer.TOO_LARGE : new Answer(250, "2.0.0", "Octets noted"));
        }
        return true;
    }

    private Incoming begin(Transaction now) {
        return new Incoming(
                settings.spool(),
                settings.heapOctets(),
                settings.messageOctets(),
                each(now) ? new byte[0] : trace(now, shown(now)));
    }

    /** Whether each recipient gets a copy with fields of its own. */
    private boolean each(Transaction now) {
        return settings.deliveredToEach() && now.recipients.size() > 1;
    }

    private static List<String> shown(Transaction now) {
        return now.recipients.size() == 1 ? List.of(now.recipients.getFirst().address()) : List.of();
    }

    private byte[] trace(Transaction now, List<String> recipients) {
        String client = caller.client() instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
        String from = helo + (client.isEmpty() ? "" : " ([" + (client.contains(":") ? "IPv6:" : "") + client + "])");
        String protocol = (now.utf8 ? "UTF8LMTP" : "LMTP") + (tls == null ? "" : "S");
        return TraceFields.of(
                now.sender,
                recipients,
                from,
                settings.host(),
                protocol,
                now.id,
                room.clock().instant());
    }

    /** Delivers to each recipient and answers for each, in the order of RCPT. */
    private void deliver(ReplyWriter out) {
        Transaction now = transaction;
        if (now == null) {
            throw new IllegalStateException("no transaction is under way");
        }
        try {
            Incoming incoming = incoming();
            Mailroom.Delivery shared = null;
            for (Recipient recipient : now.recipients) {
                Answer answer;
                try {
                    if (incoming.tooLarge()) {
                        answer = Answer.TOO_LARGE;
                    } else if (incoming.fault() != null) {
                        LOG.error("A message could not be spooled in {}", settings.spool(), incoming.fault());
                        answer = Answer.FULL_DISK;
                    } else if (each(now)) {
                        byte[] own = trace(now, List.of(recipient.address()));
                        answer = room.begin(behind(own, incoming.content())).to(recipient.targets());
                    } else {
                        if (shared == null) {
                            shared = room.begin(incoming.content());
                        }
                        answer = shared.to(recipient.targets());
                    }
                } catch (IOException e) {
                    LOG.error("A message that was spooled cannot be read", e);
                    answer = Answer.FAILED;
                }
                counts.answered(answer);
                say(
                        out,
                        answer.good()
                                ? new Answer(250, "2.0.0", "Stored for <" + recipient.address() + "> as " + now.id)
                                : answer);
            }
        } finally {
            reset();
        }
    }

    private static Content behind(byte[] fields, Content message) {
        return new Content() {
            @Override
            public long size() {
                return fields.length + message.size();
            }

            @Override
            public InputStream open() throws IOException {
                return new SequenceInputStream(new java.io.ByteArrayInputStream(fields), message.open());
            }
        };
    }
}
