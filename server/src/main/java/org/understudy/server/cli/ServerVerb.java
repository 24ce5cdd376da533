package org.understudy.server.cli;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.server.config.Configuration;
import org.understudy.server.doctor.Doctor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy server}. */
@Command(
        name = "server",
        description = {
            "Run the mail server until Ctrl-C or SIGTERM.",
            "Without --config it keeps its data in ./data and listens on loopback: IMAPS on port 9993, IMAP with"
                    + " STARTTLS on 9143."
        },
        footer = {"", "Example: understudy server --config /etc/understudy/understudy.conf"})
final class ServerVerb extends Verb {
    private static final Logger LOG = LoggerFactory.getLogger(ServerVerb.class);

    private final Supplier<Session> session;
    private final ServerRunner runner;

    @Option(
            names = "--rescue",
            description = {
                "Serve for reading only what can be read of a damaged store. Nothing in its folder is changed.",
                "Without this word the server does so by itself when the store is refused and reading it is safe."
            })
    private boolean rescue;

    ServerVerb(Frame frame, Supplier<Session> session, ServerRunner runner) {
        super(frame);
        this.session = session;
        this.runner = runner;
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        Configuration configuration = session.get().configuration();
        LogLevels.configured(
                configuration.logging().level(), session.get().surroundings().environment());
        LogFormats.configured(
                configuration.logging().format(), session.get().surroundings().environment());
        LOG.info("{}", Doctor.memory(configuration, Doctor.JavaProcess.ofThisProcess()));
        if (rescue) {
            runner.rescue(configuration, invocation.console());
        } else {
            runner.run(configuration, invocation.console());
        }
        return 0;
    }
}
