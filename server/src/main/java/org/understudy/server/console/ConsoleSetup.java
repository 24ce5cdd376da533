package org.understudy.server.console;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.account.AccountService;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.audit.AuditLog;

/**
 * What the console shows and works with.
 *
 * @param operations one of each name, those of the admin API
 * @param accounts checks passwords
 * @param staff which accounts may log in
 * @param clients how many connections of mail programs are open; negative where nobody knows
 */
public record ConsoleSetup(
        String version,
        Workplace workplace,
        List<? extends Operation<?, ?>> operations,
        Supplier<ServerStatus> status,
        AuditLog audit,
        AccountService accounts,
        Staff staff,
        IntSupplier clients) {
    public ConsoleSetup {
        operations = List.copyOf(operations);
    }
}
