package org.understudy.storage;

import org.jspecify.annotations.Nullable;

/** A fault that an operator can mend: what happened, where, and what to do next. */
public final class OperatorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;
    private final String hint;

    /**
     * @param message one sentence that names the file or object, what was expected and what was found
     * @param hint what the operator can do next, as an instruction
     */
    public OperatorException(Reason reason, String message, String hint) {
        this(reason, message, hint, null);
    }

    public OperatorException(Reason reason, String message, String hint, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.hint = hint;
    }

    public Reason reason() {
        return reason;
    }

    public String hint() {
        return hint;
    }
}
