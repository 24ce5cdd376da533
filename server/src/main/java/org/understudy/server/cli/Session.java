package org.understudy.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.ApproverLogin;
import org.understudy.restore.cli.Console;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationRunner;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.server.account.Approvers;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;

/** One call of a verb. One thread. */
final class Session implements Invocation {
    private final Surroundings surroundings;
    private final GlobalOptions options;
    private final Console console;
    private @Nullable Configuration configuration;

    Session(Surroundings surroundings, GlobalOptions options, Console console) {
        this.surroundings = surroundings;
        this.options = options;
        this.console = console;
    }

    /** From {@code --config}, else from the file that UNDERSTUDY_CONFIG names, else the defaults; then {@code --data}. */
    Configuration configuration() {
        Configuration known = configuration;
        if (known == null) {
            String named = surroundings.environment().getOrDefault("UNDERSTUDY_CONFIG", "");
            Path file = options.config;
            if (file == null && !named.isEmpty()) {
                file = Path.of(named);
            }
            known = file == null
                    ? ConfigurationReader.defaults(surroundings.workingFolder())
                    : ConfigurationReader.read(absolute(file));
            if (options.data != null) {
                known = known.withDataFolder(absolute(options.data));
            }
            configuration = known;
        }
        return known;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    @Override
    public Console console() {
        return console;
    }

    @Override
    public OperationRunner operations() {
        return new OperationRouter(configuration(), console, surroundings.clock());
    }

    @Override
    public Path dataFolder() {
        return configuration().dataFolder();
    }

    @Override
    public RepositoryPlace repository() {
        return RepositoryPlace.folder(configuration().repositoryFolder());
    }

    @Override
    public Clock clock() {
        return surroundings.clock();
    }

    @Override
    public ApproverLogin approver() {
        return new ApproverLogin() {
            @Override
            public boolean needed() {
                return Approvers.needLogin(configuration());
            }

            @Override
            public char[] password(String account, boolean stdin) throws IOException {
                return NewPassword.existing(console, Session.this, account, stdin);
            }
        };
    }

    @Override
    public Path absolute(Path path) {
        return surroundings.workingFolder().resolve(path).normalize();
    }
}
