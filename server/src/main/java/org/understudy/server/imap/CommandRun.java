package org.understudy.server.imap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.apache.james.core.Username;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.process.ImapLineHandler;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.util.MDCBuilder;
import org.apache.james.util.ReactorUtils;
import org.jspecify.annotations.Nullable;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.sasl.FailedLogins;
import org.understudy.server.ledger.Sighting;

/** Carries out the commands of one connection, in its turns, and says what the connection does after each. */
final class CommandRun {
    private static final String AUTHENTICATE = "AUTHENTICATE";
    private static final String LOGIN = "LOGIN";
    private static final String LOGOUT = "LOGOUT";
    private static final Set<String> MESSAGE_COMMANDS = Set.of("APPEND", "REPLACE", "UID REPLACE");
    private static final int MOST_DOUBLINGS = 5;

    /** What follows when the reply is with the client. */
    enum Next {
        COMMAND,
        LINE,
        TLS,
        COMPRESSION,
        CLOSE
    }

    /** @param delay how long to hold back the reply */
    record Outcome(Next next, Duration delay) {
        static final Outcome CLOSE = new Outcome(Next.CLOSE, Duration.ZERO);

        static Outcome of(Next next) {
            return new Outcome(next, Duration.ZERO);
        }
    }

    private final ImapEngine engine;
    private final ImapSettings settings;
    private final LoginThrottle throttle;
    private final ConnectionSession session;
    private final ReplyWriter writer;
    private final SessionLog log;
    private final Sighting sighting;
    private final Capabilities capabilities;
    private final LoginCounts counts;
    private final CommandMeters meters;
    private Replies replies;
    private String name = "";
    private int badInARow;
    private int loginFailures;
    private boolean knownUser;

    CommandRun(
            ImapEngine engine,
            ImapSettings settings,
            LoginThrottle throttle,
            ConnectionSession session,
            ReplyWriter writer,
            SessionLog log,
            Sighting sighting,
            CommandMeters meters) {
        this.engine = engine;
        this.settings = settings;
        this.throttle = throttle;
        this.session = session;
        this.writer = writer;
        this.log = log;
        this.counts = engine.logins().counts();
        this.sighting = sighting;
        this.meters = meters;
        this.capabilities =
                new Capabilities(engine.mechanisms(), settings.limits().messageOctets(), session);
        this.replies = repliesTo(CommandFrame.NO_TAG);
    }

    private Replies repliesTo(String tag) {
        return new Replies(engine.encoder(), writer, tag, capabilities, session);
    }

    /** Writes the greeting (RFC 9051 section 7.1.1). */
    Outcome greet() {
        String line = "* OK [CAPABILITY " + capabilities.line() + "] Understudy is ready.\r\n";
        writer.write(line.getBytes(StandardCharsets.US_ASCII));
        return Outcome.of(Next.COMMAND);
    }

    /** Runs one command and closes its frame. */
    Outcome run(CommandFrame frame) {
        long begun = System.nanoTime();
        Outcome outcome = carriedOut(frame);
        if (outcome.next() != Next.LINE) {
            meters.count(name, result(), System.nanoTime() - begun);
        }
        return outcome;
    }

    private CommandMeters.Result result() {
        if (replies.broken()) {
            return CommandMeters.Result.BROKEN;
        }
        return switch (replies.told()) {
            case OK -> CommandMeters.Result.OK;
            case NO -> CommandMeters.Result.NO;
            case BAD -> CommandMeters.Result.BAD;
            case BYE -> name.equals(LOGOUT) ? CommandMeters.Result.OK : CommandMeters.Result.BROKEN;
            case NOTHING -> CommandMeters.Result.BROKEN;
        };
    }

    private Outcome carriedOut(CommandFrame frame) {
        log.countCommand();
        sighting.command();
        name = frame.name();
        replies = repliesTo(frame.tag());
        try (frame) {
            SelectedMailbox selected = session.getSelected();
            if (selected != null && selected.isDeletedByOtherSession()) {
                return bye("The selected mailbox has been deleted.", "the selected mailbox was deleted elsewhere");
            }
            return guarded(() -> {
                ImapMessage message = decode(frame);
                if (message != null) {
                    process(message);
                }
            });
        } catch (IOException e) {
            log.connectionFailed(e);
            return Outcome.CLOSE;
        }
    }

    /** Gives a line, without its line end, to the command that waits for it. */
    Outcome line(byte[] line) {
        Outcome outcome = given(line);
        if (outcome.next() != Next.LINE) {
            meters.count(name, result(), -1);
        }
        return outcome;
    }

    private Outcome given(byte[] line) {
        ImapLineHandler handler = session.lineHandler();
        if (handler == null) {
            throw new IllegalStateException("no command waits for a line");
        }
        return guarded(() -> {
            if (name.equals(AUTHENTICATE) && line.length == 1 && line[0] == '*') {
                session.popLineHandler();
                replies.answer(Replies.Told.BAD, "AUTHENTICATE cancelled.");
                return;
            }
            byte[] withEnd = Arrays.copyOf(line, line.length + 2);
            withEnd[line.length] = '\r';
            withEnd[line.length + 1] = '\n';
            handler.onLine(session, withEnd);
        });
    }

    /** Says goodbye. */
    Outcome bye(String text, String reason) {
        log.ending(reason);
        if (!replies.broken()) {
            replies.bye(text);
        }
        return Outcome.CLOSE;
    }

    /** Gives back what the session holds; the last turn of a connection. */
    void end() {
        try {
            session.logout().block();
        } catch (RuntimeException e) {
            log.connectionFailed(e);
        }
        try {
            session.over();
        } catch (RuntimeException e) {
            log.connectionFailed(e);
        }
    }

    private Outcome guarded(Runnable work) {
        try {
            work.run();
        } catch (ClientGoneException e) {
            return brokenOff(e);
        } catch (RuntimeException | Error e) {
            if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
                log.connectionFailed(e);
                return Outcome.CLOSE;
            }
            session.popLineHandler();
            if (replies.broken()) {
                return brokenOff(e);
            }
            log.commandFailed(name, e);
            replies.answer(Replies.Told.NO, "[SERVERBUG] The server failed; its log says why.");
        }
        return outcome();
    }

    private Outcome brokenOff(Throwable cause) {
        Throwable fault = replies.fault();
        if (fault == null) {
            log.ending(String.valueOf(cause.getMessage()));
        } else {
            log.ending("a reply could not be completed");
            log.connectionFailed(fault);
        }
        return Outcome.CLOSE;
    }

    /** @return null when the command has been answered because it cannot be understood */
    private @Nullable ImapMessage decode(CommandFrame frame) {
        try {
            boolean utf8 = MailboxName.usesUtf8(session);
            CommandFrame read = utf8 && MESSAGE_COMMANDS.contains(name) ? Utf8Append.unwrapped(frame) : frame;
            return engine.decoder().decode(new FrameReader(read, utf8), session);
        } catch (RuntimeException | Error e) {
            if (e instanceof VirtualMachineError && !(e instanceof StackOverflowError)) {
                throw e;
            }
            log.commandNotUnderstood(name, e);
            replies.answer(Replies.Told.BAD, "The arguments are not understood.");
            return null;
        }
    }

    private void process(ImapMessage message) {
        try {
            engine.processor()
                    .processReactive(message, replies, session)
                    .contextWrite(ReactorUtils.context(
                            "connection", MDCBuilder.create().addToContext(SessionLog.MDC_KEY, log.session())))
                    .block();
        } finally {
            if (message instanceof Closeable closeable) {
                close(closeable);
            }
        }
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            throw new IllegalStateException("a file without name cannot be closed", e);
        }
    }

    private Outcome outcome() {
        if (replies.broken()) {
            return brokenOff(new ClientGoneException("the reply could not be completed"));
        }
        Duration delay = noteLogin().plus(loginDelay());
        if (replies.told() == Replies.Told.BYE || session.getState() == ImapSessionState.LOGOUT) {
            log.ending(name.equals(LOGOUT) ? "the client logged out" : "the server said BYE");
            return new Outcome(Next.CLOSE, delay);
        }
        if (session.lineHandler() != null) {
            return Outcome.of(Next.LINE);
        }
        if (!replies.answered() && replies.told() != Replies.Told.BAD) {
            log.commandFailed(name, new IllegalStateException("its processor gave no reply"));
            replies.answer(Replies.Told.NO, "[SERVERBUG] The server failed; its log says why.");
        }
        badInARow = replies.told() == Replies.Told.BAD ? badInARow + 1 : 0;
        if (badInARow >= settings.limits().badCommands()) {
            return bye("Too many commands that are not understood.", "too many bad commands");
        }
        return switch (session.takeUpgrade()) {
            case TLS -> Outcome.of(Next.TLS);
            case COMPRESSION -> Outcome.of(Next.COMPRESSION);
            case NONE -> new Outcome(Next.COMMAND, delay);
        };
    }

    /** How long the answer to a login that succeeded waits. */
    private Duration noteLogin() {
        Username user = session.getUserName();
        if (!knownUser && user != null && session.authenticatedNow()) {
            knownUser = true;
            counts.succeeded();
            log.loggedIn(user.asString() + onBehalf(user));
            sighting.loggedIn(user.asString());
            Duration wait = session.address()
                    .map(from -> throttle.succeeded(from, whoLoggedIn(user)))
                    .orElse(Duration.ZERO);
            if (!wait.isZero()) {
                counts.delayed();
            }
            return wait;
        }
        return Duration.ZERO;
    }

    /** Whose password it was. */
    private String whoLoggedIn(Username user) {
        MailboxSession opened = session.getMailboxSession();
        return opened == null
                ? user.asString()
                : opened.getLoggedInUser().orElse(user).asString();
    }

    /** Who has logged in where it is not the user whose mailboxes the session sees. */
    private String onBehalf(Username user) {
        MailboxSession opened = session.getMailboxSession();
        return opened == null
                ? ""
                : opened.getLoggedInUser()
                        .filter(who -> !who.equals(user))
                        .map(who -> ", by " + who.asString() + ",")
                        .orElse("");
    }

    private Duration loginDelay() {
        boolean refused = (name.equals(LOGIN) || name.equals(AUTHENTICATE))
                && !session.authenticatedNow()
                && !session.isPlainAuthDisallowed()
                && (replies.told() == Replies.Told.NO || replies.told() == Replies.Told.BYE);
        if (!refused) {
            return Duration.ZERO;
        }
        String tried = FailedLogins.takeAttempted(session).orElse("");
        if (!FailedLogins.takeRefused(session)) {
            return settings.timeouts().loginDelay();
        }
        loginFailures++;
        counts.refused();
        log.loginRefused(loginFailures, engine.logins().storedName(tried).orElse(""));
        Duration own = settings.timeouts().loginDelay().multipliedBy(1L << Math.min(loginFailures - 1, MOST_DOUBLINGS));
        Duration others =
                session.address().map(from -> throttle.failed(from, tried)).orElse(Duration.ZERO);
        if (others.compareTo(own) > 0) {
            counts.delayed();
        }
        return own.compareTo(others) > 0 ? own : others;
    }
}
