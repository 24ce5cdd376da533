package org.understudy.server.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import org.understudy.restore.cli.Console;
import org.understudy.restore.cli.Invocation;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.account.UserOperations.Credentials;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Gets a password from a person or from standard input; of a new one it makes the hash. */
final class NewPassword {
    private static final int LONGEST_LINE = 4096;

    private NewPassword() {}

    /**
     * What is kept of a new password.
     *
     * @param stdin take the first line of standard input instead of asking
     * @throws OperatorException {@link Reason#USAGE} if there is no password, or the two given differ
     */
    static Credentials credentials(Invocation invocation, Session session, String user, boolean stdin)
            throws IOException {
        char[] password =
                stdin ? fromInput(invocation.console().in()) : fromPerson(invocation.console(), session, user);
        try {
            SecureRandom random = new SecureRandom();
            String hash = new PasswordHash(session.configuration().accounts().hash(), random).hash(password);
            return new Credentials(user, hash, ScramAccounts.keysOf(password, random));
        } finally {
            Arrays.fill(password, '\0');
        }
    }

    /**
     * The password of an account that there is, asked for once; to be wiped by the caller.
     *
     * @param stdin take the first line of standard input instead of asking
     * @throws OperatorException {@link Reason#USAGE} if there is nobody to ask
     */
    static char[] existing(Console console, Session session, String user, boolean stdin) throws IOException {
        if (stdin) {
            return fromInput(console.in());
        }
        if (!console.terminal().input()) {
            throw nobodyThere();
        }
        return ask(console, session, "Password of " + user + ": ");
    }

    private static char[] fromPerson(Console console, Session session, String user) {
        if (!console.terminal().input()) {
            throw nobodyThere();
        }
        char[] first = ask(console, session, "Password for " + user + ": ");
        char[] second = ask(console, session, "The same again: ");
        boolean same = Arrays.equals(first, second);
        Arrays.fill(second, '\0');
        if (!same) {
            Arrays.fill(first, '\0');
            throw new OperatorException(
                    Reason.USAGE, "the two passwords differ; nothing was changed", "give the command again");
        }
        return first;
    }

    private static char[] ask(Console console, Session session, String question) {
        console.prompt(question);
        return session.surroundings().passwords().read().orElseThrow(NewPassword::nobodyThere);
    }

    private static OperatorException nobodyThere() {
        return new OperatorException(
                Reason.USAGE,
                "there is no terminal on which to ask for the password",
                "add --password-stdin and send the password as one line to standard input");
    }

    private static char[] fromInput(InputStream in) throws IOException {
        WipedBytes line = new WipedBytes();
        try {
            for (int b = in.read(); b != -1 && b != '\n'; b = in.read()) {
                if (line.size() == LONGEST_LINE) {
                    throw new OperatorException(
                            Reason.USAGE,
                            "the password on standard input is longer than " + LONGEST_LINE + " bytes",
                            "send one line that holds only the password");
                }
                line.write(b);
            }
            return line.toCharacters();
        } catch (CharacterCodingException e) {
            throw new OperatorException(
                    Reason.USAGE, "the password on standard input is not UTF-8", "send it as UTF-8 text", e);
        } finally {
            line.wipe();
        }
    }

    private static final class WipedBytes extends ByteArrayOutputStream {
        WipedBytes() {
            super(LONGEST_LINE);
        }

        char[] toCharacters() throws CharacterCodingException {
            int length = count > 0 && buf[count - 1] == '\r' ? count - 1 : count;
            CharBuffer decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(buf, 0, length));
            char[] characters = new char[decoded.remaining()];
            decoded.get(characters);
            decoded.flip();
            while (decoded.hasRemaining()) {
                decoded.put('\0');
            }
            return characters;
        }

        void wipe() {
            Arrays.fill(buf, (byte) 0);
        }
    }
}
