package org.understudy.server.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.bridge.SLF4JBridgeHandler;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.cli.RestoreVerbs;
import org.understudy.restore.operation.Operation;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.account.AliasOperations;
import org.understudy.server.account.CheckUser;
import org.understudy.server.account.UserOperations;
import org.understudy.server.audit.AuditOperations;
import org.understudy.server.boot.ImapServices;
import org.understudy.server.coverage.CoverageOperations;
import org.understudy.server.demo.DemoVerb;
import org.understudy.server.search.SearchOperations;
import org.understudy.server.supervise.Systemd;
import org.understudy.server.tls.TlsOperations;
import picocli.CommandLine;

/** The process {@code understudy}, and its composition root. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        Surroundings surroundings = Surroundings.ofProcess();
        LogLevels.quiet(surroundings.environment());
        LogFormats.begin(surroundings.environment());
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        StopSignal signal = StopSignal.stopping(Thread.currentThread(), err);
        int code = program(surroundings).run(System.in, out, err, arguments);
        out.flush();
        err.flush();
        signal.ended(code);
        System.exit(code);
    }

    static Program program(Surroundings surroundings) {
        ServerProcess server = new ServerProcess(
                surroundings.version(),
                surroundings.clock(),
                operations(),
                new ImapServices(surroundings.clock()),
                Systemd.of(surroundings.environment()));
        return new Program(surroundings, server, frame -> {
            Map<String, Supplier<CommandLine>> verbs = RestoreVerbs.all(frame);
            verbs.put("demo", () -> new CommandLine(new DemoVerb(frame, server)));
            return verbs;
        });
    }

    /** All that the command line can have done, by itself or by a server. */
    public static List<Operation<?, ?>> operations() {
        List<Operation<?, ?>> operations = new ArrayList<>(UserOperations.all());
        operations.addAll(AliasOperations.all());
        operations.add(CheckUser.inServer());
        operations.addAll(TokenOperations.all());
        operations.addAll(RestoreOperations.all());
        operations.add(SearchOperations.Rebuild.withoutServer());
        operations.addAll(AuditOperations.all());
        operations.add(TlsOperations.Reload.withoutServer());
        operations.addAll(CoverageOperations.withoutServer());
        return List.copyOf(operations);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
