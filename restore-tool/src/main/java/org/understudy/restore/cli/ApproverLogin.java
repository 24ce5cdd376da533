package org.understudy.restore.cli;

import java.io.IOException;

/** How a person at the command line proves who it is. */
public interface ApproverLogin {
    /** Whether the configuration asks for it where plans are approved. */
    boolean needed();

    /**
     * Asks for the password of an account, unseen; to be wiped by the caller.
     *
     * @param stdin take the first line of standard input instead of asking
     * @throws org.understudy.storage.OperatorException if there is nobody to ask
     */
    char[] password(String account, boolean stdin) throws IOException;
}
