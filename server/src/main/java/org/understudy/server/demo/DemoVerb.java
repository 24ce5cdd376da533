package org.understudy.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.cli.RunningServer;
import org.understudy.server.cli.ServerProcess;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.config.RepositorySettings;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy demo}. */
@Command(
        name = "demo",
        description = {
            "Play a disaster and its restore, for real, in a folder of its own, and leave the server running.",
            "A small company's mail is made up (or taken from --maildir), snapshots are taken, some users lose five"
                    + " months, part of the backup rots; then the restore is staged, validated, previewed, merged,"
                    + " undone and merged again."
        },
        footer = {"", "Example: understudy demo", "         understudy demo --maildir /backup/vmail --once --json"})
public final class DemoVerb extends Verb {
    private static final String MARK = "UNDERSTUDY-DEMO";

    private final ServerProcess process;

    @Option(names = "--maildir", paramLabel = "DIR", description = "Use this real mail instead of made-up mail.")
    private @Nullable Path maildir;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            description = "Where the demo keeps its data; emptied first. Default: ${DEFAULT-VALUE}.",
            defaultValue = "demo-data")
    private Path folder;

    @Option(names = "--once", description = "Stop the server at the end.")
    private boolean once;

    public DemoVerb(Frame frame, ServerProcess process) {
        super(frame);
        this.process = process;
        folder = Path.of("demo-data");
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        Path data = invocation.absolute(folder);
        Path mail = maildir == null ? null : invocation.absolute(maildir);
        clear(data);
        Configuration configuration = configuration(data);
        SecureRandom random = new SecureRandom();
        byte[] secret = new byte[5];
        random.nextBytes(secret);
        String password = "demo-" + HexFormat.of().formatHex(secret);
        boolean json = invocation.console().json();
        try (RunningServer server = process.start(configuration)) {
            PrintStream out = System.out;
            Demo demo = new Demo(
                    server,
                    new PasswordHash(configuration.accounts().hash(), random),
                    password,
                    new Story(out, json),
                    Progress.SILENT);
            DemoFigures figures = demo.play(mail);
            invocation.console().result(figures, text -> epilogue(text, demo, figures, password, data));
            if (!once) {
                ServerProcess.waitForInterrupt();
            }
        }
        return 0;
    }

    private void epilogue(PrintStream text, Demo demo, DemoFigures figures, String password, Path data) {
        text.println();
        text.printf("Done in %.1f s. The report of the restore: %s%n", figures.millis() / 1e3, figures.reportPage());
        if (once) {
            return;
        }
        InetSocketAddress imaps = demo.imaps();
        text.println();
        text.println("The server goes on. Connect a mail program:");
        text.printf("  IMAP, SSL/TLS, server %s, port %d%n", imaps.getHostString(), imaps.getPort());
        text.printf(
                "  user %s (or any other), password %s%n",
                figures.lost().users().get(0), password);
        text.printf("  Its certificate is self-signed: %s%n", demo.certificate());
        text.printf(
                "  curl --cacert %s -u %s:%s 'imaps://localhost:%d/INBOX;MAILINDEX=1'%n",
                demo.certificate(), figures.lost().users().get(0), password, imaps.getPort());
        text.printf("In another window: understudy --data %s restore status %s%n", data, figures.restoreId());
        text.println("Stop it with Ctrl-C.");
        text.flush();
    }

    /** The defaults, in the demo's folder; another port where the default one is taken. */
    private static Configuration configuration(Path data) {
        Configuration defaults =
                ConfigurationReader.defaults(data.resolveSibling("unused")).withDataFolder(data);
        Configuration.Listeners listeners = defaults.listeners();
        return new Configuration(
                data,
                RepositorySettings.in(data.resolve("repository")),
                new Configuration.Listeners(free(listeners.imaps()), free(listeners.imap())),
                defaults.tls(),
                defaults.limits(),
                defaults.memory(),
                defaults.accounts(),
                defaults.admin(),
                defaults.logging(),
                defaults.roles(),
                defaults.restore(),
                defaults.retention(),
                defaults.archive(),
                defaults.shadows(),
                defaults.search(),
                defaults.scrub(),
                defaults.routine(),
                defaults.ledger(),
                defaults.autoconfig(),
                defaults.delivery(),
                defaults.expunged());
    }

    private static Configuration.Listener free(Configuration.Listener listener) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(listener.host(), listener.port()));
            return listener;
        } catch (IOException taken) {
            return new Configuration.Listener(listener.enabled(), listener.host(), 0);
        }
    }

    private static void clear(Path data) throws IOException {
        Path mark = data.resolve(MARK);
        if (Files.exists(data) && !Files.exists(mark)) {
            try (Stream<Path> inside = Files.list(data)) {
                if (inside.findAny().isPresent()) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "the folder " + data + " is not a demo's, and would be emptied",
                            "Name a new folder with --folder.");
                }
            }
        }
        if (Files.exists(mark)) {
            List<Path> inside;
            try (Stream<Path> walk = Files.walk(data)) {
                inside = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : inside) {
                Files.delete(path);
            }
        }
        Files.createDirectories(data);
        Files.createFile(mark);
    }
}
