package org.understudy.server.cli;

import java.util.List;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.VerbGroup;
import picocli.CommandLine;

/** {@code understudy tls}. */
final class TlsVerbs {
    private TlsVerbs() {}

    static CommandLine group(Frame frame, Supplier<Session> session) {
        return VerbGroup.of(
                "tls", "Look at certificates, and at what clients make of them.", List.of());
    }
}
