package org.understudy.server.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.account.AccountService;
import org.understudy.server.admin.ServerStatus;

/** A server that serves. Closing it ends sessions gracefully, then closes admin API, mail services and store. */
public final class RunningServer implements AutoCloseable {
    private final Deque<AutoCloseable> parts;
    private final Workplace workplace;
    private final AccountService accounts;
    private final Supplier<ServerStatus> status;
    private final ServerProcess.Running mail;

    /** @param parts what to close, the first pushed last */
    RunningServer(
            Deque<AutoCloseable> parts,
            Workplace workplace,
            AccountService accounts,
            Supplier<ServerStatus> status,
            ServerProcess.Running mail) {
        this.parts = new ArrayDeque<>(parts);
        this.workplace = workplace;
        this.accounts = accounts;
        this.status = status;
        this.mail = mail;
    }

    /** The live store and its folders, for operations within this process. */
    public Workplace workplace() {
        return workplace;
    }

    public AccountService accounts() {
        return accounts;
    }

    /** Reads certificates again, now; the log tells what came of it. */
    public void reload() {
        mail.certificates().ifPresent(keeper -> {
            var unused = keeper.reload();
        });
    }

    /** Begins to make ready what the first users would wait for. */
    void rehearse() {
        mail.rehearse();
    }

    public ServerStatus status() {
        return status.get();
    }

    @Override
    public void close() {
        closeAll(parts);
    }

    /**
     * Closes each, the first one first, whatever happens to the one before: an error of the virtual machine keeps no
     * part from writing down what it holds.
     *
     * @throws RuntimeException at the end, with all failures, if there was one
     */
    public static void closeAll(Deque<AutoCloseable> open) {
        Throwable first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Throwable e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first instanceof RuntimeException failure) {
            throw failure;
        }
        if (first != null) {
            throw new IllegalStateException("the server did not stop cleanly: " + first.getMessage(), first);
        }
    }
}
