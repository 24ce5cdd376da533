package org.understudy.server.pop3;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import javax.net.ssl.SSLSession;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxPath;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.ClientGoneException;
import org.understudy.server.imap.ReplyWriter;
import org.understudy.server.line.Dialogue;
import org.understudy.server.line.LineListener;
import org.understudy.server.line.Lines;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.UidSet;

/** One client's POP3. */
final class Pop3Dialogue implements Dialogue {
    private static final Logger LOG = LoggerFactory.getLogger(Pop3Dialogue.class);
    private static final int LONGEST_LINE = 16 << 10;
    private static final int MOST_BAD = 20;
    private static final int FIRST_PIECE = 64 << 10;

    private final Pop3Service service;
    private final LineListener.Caller caller;
    private final boolean startTls;
    private final Pop3Login login;
    private volatile @Nullable Opened opened;
    private boolean encrypted;
    private boolean waited;
    private int bad;

    /**
     * A maildrop that is open.
     *
     * @param reading whether the session may only read: it does not keep others out
     */
    private record Opened(MailboxSession session, Maildrop drop, boolean reading) {
        String user() {
            return session.getUser().asString();
        }
    }

    Pop3Dialogue(Pop3Service service, LineListener.Caller caller, boolean startTls) {
        this.service = service;
        this.caller = caller;
        this.startTls = startTls;
        this.login = new Pop3Login(service, caller);
    }

    @Override
    public Next greet(ReplyWriter out) {
        say(out, "+OK " + service.settings().host() + " Understudy POP3");
        return Next.READ;
    }

    @Override
    public void encrypted(SSLSession tls) {
        encrypted = true;
        login.encrypted(tls);
    }

    @Override
    public void bye(String text, ReplyWriter out) {
        say(out, "-ERR [SYS/TEMP] " + text);
    }

    @Override
    public boolean trusted() {
        return opened != null;
    }

    @Override
    public void close() {
        Opened had = opened;
        opened = null;
        if (had != null && !had.reading()) {
            service.maildrops().giveBack(had.user());
        }
        login.over();
    }

    @Override
    public Next take(ByteBuf in, ReplyWriter out) {
        while (true) {
            int begin = in.readerIndex();
            Lines.Line line = Lines.next(in);
            if (line == null) {
                if (in.readableBytes() <= LONGEST_LINE) {
                    return Next.READ;
                }
                say(out, "-ERR The line is too long");
                return Next.CLOSE;
            }
            if (opened == null && !waited && isLogin(line.text())) {
                Duration wait = login.address().map(service.throttle()::before).orElse(Duration.ZERO);
                if (!wait.isZero()) {
                    service.counts().delayed();
                    waited = true;
                    in.readerIndex(begin);
                    return Next.TAKE.after(wait);
                }
            }
            waited = false;
            Next next = command(line, out);
            if (!next.equals(Next.READ)) {
                return next;
            }
        }
    }

    private static boolean isLogin(String line) {
        return line.regionMatches(true, 0, "PASS ", 0, 5) || line.regionMatches(true, 0, "AUTH ", 0, 5);
    }

    private static void say(ReplyWriter out, String line) {
        out.write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    }

    /** @return {@link Next#READ} to go on with the next line */
    private Next command(Lines.Line line, ReplyWriter out) {
        caller.log().countCommand();
        caller.sighting().command();
        if (login.talking()) {
            return told(login.line(line.text()), out);
        }
        String text = line.text();
        int space = text.indexOf(' ');
        String verb = (space < 0 ? text : text.substring(0, space)).toUpperCase(Locale.ROOT);
        String rest = space < 0 ? "" : text.substring(space + 1);
        switch (verb) {
            case "CAPA" -> {
                capabilities(out);
                return Next.READ;
            }
            case "QUIT" -> {
                return quit(out);
            }
            default -> {}
        }
        Opened now = opened;
        try {
            return now == null ? unknown(verb, rest, out) : known(now, verb, rest, out);
        } catch (CorruptionException | OperatorException e) {
            LOG.error("POP3 could not read: {}", e.getMessage());
            say(out, "-ERR [SYS/PERM] The mail cannot be read; the server's log says why");
            return Next.READ;
        }
    }

    private void capabilities(ReplyWriter out) {
        List<String> lines =
                new ArrayList<>(List.of("+OK", "TOP", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING"));
        if (opened == null) {
            if (mayStartTls()) {
                lines.add("STLS");
            }
            if (login.mayLogIn()) {
                lines.add("USER");
                lines.add("SASL " + String.join(" ", login.mechanisms()));
            }
        }
        lines.add("UTF8");
        lines.add("EXPIRE NEVER");
        lines.add("IMPLEMENTATION Understudy");
        lines.add(".");
        lines.forEach(one -> say(out, one));
    }

    private boolean mayStartTls() {
        return startTls && !encrypted;
    }

    private Next unknown(String verb, String rest, ReplyWriter out) {
        return switch (verb) {
            case "STLS" -> {
                if (!mayStartTls()) {
                    yield wrong(out, "-ERR TLS cannot be started");
                }
                say(out, "+OK Begin with TLS");
                yield Next.TLS;
            }
            case "UTF8" -> {
                say(out, "+OK Messages come as they are in any case");
                yield Next.READ;
            }
            case "USER" -> told(login.user(rest.strip()), out);
            case "PASS" -> told(login.password(rest), out);
            case "AUTH" -> {
                if (rest.isBlank()) {
                    say(out, "+OK");
                    login.mechanisms().forEach(name -> say(out, name));
                    say(out, ".");
                    yield Next.READ;
                }
                String[] words = rest.strip().split(" +", 2);
                yield told(login.begin(words[0], words.length == 2 ? words[1] : null), out);
            }
            default -> wrong(out, "-ERR Log in first");
        };
    }

    private Next wrong(ReplyWriter out, String line) {
        say(out, line);
        bad++;
        if (bad < MOST_BAD) {
            return Next.READ;
        }
        caller.log().ending("too many bad commands");
        return Next.CLOSE;
    }

    private Next told(Pop3Login.Said said, ReplyWriter out) {
        if (said.in().isPresent()) {
            open(said.in().get(), out);
            return said.delay().isZero() ? Next.READ : Next.TAKE.after(said.delay());
        }
        say(out, said.line());
        if (said.end()) {
            caller.log().ending("too many failed logins");
            return Next.CLOSE.after(said.delay());
        }
        return said.delay().isZero() ? Next.READ : Next.TAKE.after(said.delay());
    }

    private void open(MailboxSession session, ReplyWriter out) {
        String user = session.getUser().asString();
        boolean reading = login.mayOnlyRead();
        if (!reading && !service.maildrops().take(user)) {
            login.undo();
            say(out, "-ERR [IN-USE] Another session has the maildrop");
            return;
        }
        boolean done = false;
        try {
            Maildrop drop = service.maildrops().open(user);
            opened = new Opened(session, drop, reading);
            done = true;
            service.began();
            caller.log().loggedIn(user);
            caller.sighting().loggedIn(user);
            say(out, "+OK " + drop.size() + " messages, " + drop.octets() + " octets");
        } catch (CorruptionException | OperatorException e) {
            LOG.error("The maildrop of {} cannot be opened: {}", user, e.getMessage());
            say(out, "-ERR [SYS/PERM] The mail cannot be read; the server's log says why");
        } finally {
            if (!done) {
                if (!reading) {
                    service.maildrops().giveBack(user);
                }
                login.undo();
            }
        }
    }

    private Next known(Opened now, String verb, String rest, ReplyWriter out) {
        Maildrop drop = now.drop();
        String[] words = rest.isBlank() ? new String[0] : rest.strip().split(" +");
        switch (verb) {
            case "STAT" -> say(out, "+OK " + drop.size() + " " + drop.octets());
            case "LIST" -> list(drop, words, out, number -> Long.toString(drop.octets(number)));
            case "UIDL" -> list(drop, words, out, drop::id);
            case "RETR" -> {
                if (words.length != 1) {
                    return wrong(out, "-ERR RETR wants a number");
                }
                return send(drop, words[0], Long.MAX_VALUE, out);
            }
            case "TOP" -> {
                if (words.length != 2 || !words[1].matches("\\d{1,18}")) {
                    return wrong(out, "-ERR TOP wants two numbers");
                }
                return send(drop, words[0], Long.parseLong(words[1]), out);
            }
            case "DELE" -> {
                int number = words.length == 1 ? number(drop, words[0]) : 0;
                if (now.reading()) {
                    say(out, "-ERR [SYS/PERM] Masters may only read in the mailboxes of others");
                } else if (number == 0) {
                    say(out, "-ERR No such message");
                } else {
                    drop.mark(number);
                    say(out, "+OK Marked");
                }
            }
            case "RSET" -> {
                drop.reset();
                say(out, "+OK " + drop.size() + " messages, " + drop.octets() + " octets");
            }
            case "NOOP" -> say(out, "+OK");
            default -> {
                return wrong(out, "-ERR The command is not known");
            }
        }
        return Next.READ;
    }

    /** @return 0 if there is no such message */
    private static int number(Maildrop drop, String word) {
        if (!word.matches("\\d{1,9}")) {
            return 0;
        }
        int number = Integer.parseInt(word);
        return drop.has(number) ? number : 0;
    }

    private static void list(Maildrop drop, String[] words, ReplyWriter out, IntFunction<String> fact) {
        if (words.length > 0) {
            int number = number(drop, words[0]);
            say(out, number == 0 ? "-ERR No such message" : "+OK " + number + " " + fact.apply(number));
            return;
        }
        say(out, "+OK " + drop.size() + " messages");
        for (int number = 1; number <= drop.last(); number++) {
            if (drop.has(number)) {
                say(out, number + " " + fact.apply(number));
            }
        }
        say(out, ".");
    }

    private Next send(Maildrop drop, String word, long bodyLines, ReplyWriter out) {
        int number = number(drop, word);
        if (number == 0) {
            say(out, "-ERR No such message");
            return Next.READ;
        }
        try (InputStream message = service.maildrops().read(drop, number)) {
            byte[] first = message.readNBytes(FIRST_PIECE);
            say(out, "+OK " + drop.octets(number) + " octets");
            try {
                new LineWriter(out, bodyLines).send(message, first, first.length);
            } catch (IOException | RuntimeException e) {
                if (!(e instanceof ClientGoneException)) {
                    LOG.error("A message could not be sent to its end", e);
                }
                caller.log().ending("a message could not be sent to its end");
                return Next.CLOSE;
            }
        } catch (IOException e) {
            LOG.error("A message could not be read", e);
            say(out, "-ERR [SYS/TEMP] The message cannot be read now");
            return Next.READ;
        }
        if (bodyLines == Long.MAX_VALUE) {
            service.wasRetrieved();
        }
        return Next.READ;
    }

    private Next quit(ReplyWriter out) {
        caller.log().ending("the client has quit");
        Opened now = opened;
        UidSet marked = now == null ? new UidSet(List.of()) : now.drop().marked();
        if (now != null && !marked.isEmpty()) {
            try {
                MailboxSession session = now.session();
                var mailbox = service.mailboxes().getMailbox(MailboxPath.inbox(session.getUser()), session);
                service.wereDeleted(
                        BulkMailbox.of(mailbox, session).remove(marked).messages());
            } catch (MailboxException | OperatorException | CorruptionException e) {
                LOG.error("Not all messages of {} that are to be deleted are: {}", now.user(), e.getMessage());
                say(out, "-ERR [SYS/TEMP] Not all was deleted; try again later");
                return Next.CLOSE;
            }
        }
        // The next session may begin as soon as the client has read this.
        close();
        say(out, "+OK Bye");
        return Next.CLOSE;
    }
}
