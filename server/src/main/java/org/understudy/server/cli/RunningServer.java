package org.understudy.server.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.account.AccountService;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.tls.CertificateKeeper;

/** A server that serves. Closing it ends sessions gracefully, then closes admin API, mail services and store. */
public final class RunningServer implements AutoCloseable {
    private final Deque<AutoCloseable> parts;
    private final Workplace workplace;
    private final AccountService accounts;
    private final Supplier<ServerStatus> status;
    private final Optional<CertificateKeeper> certificates;

    /** @param parts what to close, the first pushed last */
    RunningServer(
            Deque<AutoCloseable> parts,
            Workplace workplace,
            AccountService accounts,
            Supplier<ServerStatus> status,
            Optional<CertificateKeeper> certificates) {
        this.parts = new ArrayDeque<>(parts);
        this.workplace = workplace;
        this.accounts = accounts;
        this.status = status;
        this.certificates = certificates;
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
        certificates.ifPresent(keeper -> {
            var unused = keeper.reload();
        });
    }

    public ServerStatus status() {
        return status.get();
    }

    @Override
    public void close() {
        try {
            closeAll(parts);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the server did not stop cleanly", e);
        }
    }

    /** Closes each, whatever happens to the one before; the first failure is thrown at the end. */
    static void closeAll(Deque<AutoCloseable> open) throws Exception {
        Exception first = null;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
