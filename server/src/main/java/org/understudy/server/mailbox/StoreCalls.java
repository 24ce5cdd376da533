package org.understudy.server.mailbox;

import java.util.function.Supplier;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.model.Mailbox;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Calls of the store, with its exceptions in James's words. */
final class StoreCalls {
    private StoreCalls() {}

    /**
     * @throws MailboxNotFoundException if the mailbox is gone
     * @throws MailboxException for damaged rows and full or failing disks; the store's exception is its cause
     */
    static <T> T on(Mailbox mailbox, Supplier<T> call) throws MailboxException {
        try {
            return call.get();
        } catch (OperatorException | CorruptionException e) {
            throw translate(e, mailbox.generateAssociatedPath().asString());
        }
    }

    /** The same for calls that concern the mailbox named {@code path}. */
    static <T> T on(String path, Supplier<T> call) throws MailboxException {
        try {
            return call.get();
        } catch (OperatorException | CorruptionException e) {
            throw translate(e, path);
        }
    }

    private static MailboxException translate(RuntimeException e, String path) {
        if (e instanceof OperatorException operator) {
            if (operator.reason() == Reason.NOT_FOUND) {
                return new MailboxNotFoundException(path);
            }
            if (operator.reason() == Reason.CONFLICT) {
                return new MailboxExistsException(path);
            }
        }
        return new MailboxException(e.getMessage(), e);
    }
}
