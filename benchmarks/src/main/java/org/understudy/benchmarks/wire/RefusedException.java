package org.understudy.benchmarks.wire;

import java.io.IOException;

/** The server answered NO, BAD or BYE where a measurement needs OK. */
public final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String command, String answer) {
        super("'" + command + "' was answered '" + answer + "'");
    }
}
