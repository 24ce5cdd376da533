package org.understudy.restore.cli;

import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Who approves, as options. */
final class ApproverOptions {
    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "Who approves: an account, where a login is asked for. Default: the system's user name.")
    @Nullable
    private String by;

    @Option(
            names = "--login",
            description = "Prove it by that account's password, which is asked for unseen. Always done where the"
                    + " configuration names approvers or asks for two approvals.")
    private boolean login;

    @Option(names = "--password-stdin", description = "Read that password from standard input, as one line.")
    private boolean passwordStdin;

    String by() {
        return by == null ? System.getProperty("user.name", "") : by.strip();
    }

    /** Null where the name alone is given. */
    @Nullable
    String password(Invocation invocation) throws IOException {
        ApproverLogin approver = invocation.approver();
        if (!login && !passwordStdin && !approver.needed()) {
            return null;
        }
        char[] password = approver.password(by(), passwordStdin);
        try {
            return new String(password);
        } finally {
            Arrays.fill(password, '\0');
        }
    }
}
