package org.understudy.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.understudy.benchmarks.report.Comparison;
import org.understudy.benchmarks.report.Picture;
import org.understudy.benchmarks.report.Results;
import org.understudy.benchmarks.report.Table;
import org.understudy.benchmarks.subject.DovecotSubject;
import org.understudy.benchmarks.subject.Durability;
import org.understudy.benchmarks.subject.Grounds;
import org.understudy.benchmarks.subject.RemoteSubject;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.subject.UnderstudySubject;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.benchmarks.workload.Meter;
import org.understudy.benchmarks.workload.Scale;
import org.understudy.benchmarks.workload.Workload;
import org.understudy.benchmarks.workload.Workloads;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code benchmarks/imap}. */
@Command(
        name = "benchmarks/imap",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Measures IMAP servers over real connections: ours, and Debian's Dovecot beside it in the same run.",
            "Everything lies in a temporary folder and listens on loopback. Servers take turns; the first repetition"
                    + " warms up."
        })
public final class ImapTrial implements Callable<Integer> {
    private static final String OURS = "understudy";

    @Option(names = "--full", description = "100,000 messages, 5,000 idle sessions, 3 repetitions: about an hour.")
    boolean full;

    @Option(
            names = {"-w", "--workloads"},
            split = ",",
            description = "append,select,fetch,qresync,bodies,change,search,login,idle. Default: all.")
    List<String> workloads = new ArrayList<>();

    @Option(
            names = {"-s", "--servers"},
            split = ",",
            description = "understudy,dovecot-mdbox,dovecot-maildir,dovecot-mdbox-plain. Default: the first three.")
    List<String> servers = new ArrayList<>();

    @Option(names = "--big", description = "Messages for SELECT, FETCH of metadata and QRESYNC.")
    int big;

    @Option(names = "--bodies", description = "Messages whose bodies are fetched.")
    int bodies;

    @Option(names = "--medium", description = "Messages for STORE, COPY, MOVE, EXPUNGE and SEARCH.")
    int medium;

    @Option(names = "--idle", description = "Sessions that wait at once.")
    int idle;

    @Option(names = "--seconds", description = "How long appends and logins go on.")
    double seconds;

    @Option(names = "--repetitions", description = "That count; one more warms up.")
    int repetitions;

    @Option(
            names = {"-o", "--out"},
            description = "Where results go: FILE.jsonl, FILE.svg, FILE.html. Default: target/imap-TIME in benchmarks.")
    @Nullable
    Path out;

    @Option(
            names = "--folder",
            description = "Where the servers' mail lies meanwhile. Default: the system's temporary folder.")
    @Nullable
    Path folder;

    @Option(names = "--classes", description = "Runs our server from the classes of this process, not by the launcher.")
    boolean classes;

    @Option(
            names = "--host",
            description = {
                "Another server to measure, with users that exist.",
                "Mailboxes are made and messages appended in their INBOX."
            })
    @Nullable
    String host;

    @Option(names = "--port", description = "Its port where users may log in at once.")
    int port;

    @Option(names = "--tls-port", description = "Its port with TLS from the first octet on.")
    int tlsPort;

    @Option(names = "--user-pattern", description = "Its users; %%d is a number from 1 to 1003. Default: u%%d.")
    String userPattern = "u%d";

    @Option(names = "--password-file", description = "Their password. Default: the variable IMAP_PASSWORD.")
    @Nullable
    Path passwordFile;

    @Option(names = "--pid", description = "The root of its processes if it runs here, for CPU and memory.")
    long pid;

    public static void main(String[] words) {
        System.exit(new CommandLine(new ImapTrial()).execute(words));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Scale scale = scale();
        Map<String, Function<Scale, Workload>> known = Workloads.all();
        List<String> wanted = workloads.isEmpty() ? List.copyOf(known.keySet()) : workloads;
        for (String one : wanted) {
            if (!known.containsKey(one)) {
                System.err.println(
                        "no workload is called '" + one + "'; there are " + String.join(", ", known.keySet()));
                return 2;
            }
        }
        Path home = Path.of(System.getProperty("understudy.root", "."))
                .toAbsolutePath()
                .normalize();
        Path base = out != null ? out : defaultOut(home);
        Path grounds = folder != null
                ? Files.createTempDirectory(Files.createDirectories(folder), "understudy-imap-")
                : Files.createTempDirectory("understudy-imap-");
        List<String> about = new ArrayList<>();
        List<Subject> subjects = new ArrayList<>();
        try (Limits limits = Limits.raise();
                Results results = new Results(beside(base, ".jsonl"))) {
            try {
                subjects(subjects, grounds, home, about);
                about.add(limits.said());
                about.add(scale.toString());
                about.forEach(System.err::println);
                for (String one : wanted) {
                    run(workload(known, one).apply(scale), subjects, scale, results);
                }
            } finally {
                subjects.forEach(Subject::close);
            }
            return report(results, base, about);
        } finally {
            Grounds.delete(grounds);
        }
    }

    private static Function<Scale, Workload> workload(Map<String, Function<Scale, Workload>> known, String name) {
        Function<Scale, Workload> found = known.get(name);
        if (found == null) {
            throw new IllegalStateException("no workload " + name);
        }
        return found;
    }

    private static void run(Workload workload, List<Subject> subjects, Scale scale, Results results)
            throws IOException, InterruptedException {
        List<Subject> able = new ArrayList<>();
        for (Subject subject : subjects) {
            try {
                subject.need(Durability.USUAL);
                workload.prepare(subject);
                able.add(subject);
            } catch (IOException e) {
                fail(results, subject, workload, -1, e);
            }
        }
        for (int repetition = 0; repetition <= scale.repetitions(); repetition++) {
            for (Subject subject : List.copyOf(able)) {
                try {
                    workload.measure(new Meter(results, workload.name(), repetition), subject, repetition);
                } catch (IOException e) {
                    fail(results, subject, workload, repetition, e);
                    able.remove(subject);
                }
            }
            Collections.rotate(able, 1); // nobody always comes first
        }
    }

    private static void fail(Results results, Subject subject, Workload workload, int repetition, IOException e)
            throws IOException {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        results.fail(subject.name(), workload.name(), repetition, why);
        System.err.println(subject.name() + " " + workload.name() + " FAILED: " + why);
    }

    private void subjects(List<Subject> subjects, Path folder, Path home, List<String> about)
            throws IOException, InterruptedException {
        List<String> wanted = !servers.isEmpty()
                ? servers
                : host != null ? List.of() : List.of(OURS, "dovecot-mdbox", "dovecot-maildir");
        Grounds grounds = wanted.isEmpty() ? null : Grounds.in(folder);
        java.util.Optional<String> dovecot = DovecotSubject.installed();
        for (String one : wanted) {
            if (grounds == null) {
                break;
            }
            if (one.equals(OURS)) {
                subjects.add(UnderstudySubject.in(
                        grounds,
                        classes ? UnderstudySubject.classesOfThisProcess(home) : UnderstudySubject.launcher(home)));
                about.add("understudy: 512 MB of Java heap, 256 MiB for the store; every OK to a write means on disk");
            } else {
                DovecotSubject.Mode mode = mode(one);
                if (dovecot.isEmpty()) {
                    about.add(one + ": not measured, Dovecot 2.3 is not installed (Debian package dovecot-imapd)");
                } else {
                    subjects.add(DovecotSubject.in(grounds, mode));
                    about.add(one + ": " + dovecot.get()
                            + "; mail_fsync=always while appends are measured, its default else");
                }
            }
        }
        if (host != null) {
            String password =
                    passwordFile != null ? Files.readString(passwordFile).strip() : System.getenv("IMAP_PASSWORD");
            if (password == null || (port == 0 && tlsPort == 0)) {
                throw new CommandLine.ParameterException(
                        new CommandLine(this),
                        "--host wants --port or --tls-port, and a password (--password-file or IMAP_PASSWORD)");
            }
            Endpoint tls = tlsPort == 0 ? null : new Endpoint(host, tlsPort, true);
            Endpoint plain = port != 0 || tls == null ? new Endpoint(host, port, false) : tls;
            subjects.add(new RemoteSubject(
                    host, plain, tls, userPattern, password, pid == 0 ? OptionalLong.empty() : OptionalLong.of(pid)));
            about.add(host + ": somebody else's; its settings are not known here");
        }
    }

    private static DovecotSubject.Mode mode(String title) {
        for (DovecotSubject.Mode mode : DovecotSubject.Mode.values()) {
            if (mode.title().equals(title)) {
                return mode;
            }
        }
        throw new CommandLine.ParameterException(
                new CommandLine(new ImapTrial()), "no server is called '" + title + "'");
    }

    private int report(Results results, Path base, List<String> about) throws IOException {
        Comparison comparison = Comparison.of(results.samples(), OURS);
        String table = Table.of(comparison, results.failures());
        String title = comparison.servers().size() > 1
                ? "Understudy beside "
                        + String.join(
                                ", ",
                                comparison.servers().stream()
                                        .filter(one -> !one.equals(OURS))
                                        .toList())
                : String.join("", comparison.servers());
        Files.writeString(beside(base, ".svg"), Picture.svg(comparison, title), StandardCharsets.UTF_8);
        Files.writeString(beside(base, ".html"), Picture.html(comparison, title, table, about), StandardCharsets.UTF_8);
        System.out.println(table);
        System.out.println(beside(base, ".html"));
        return results.failures().isEmpty() ? 0 : 3;
    }

    private Scale scale() {
        Scale base = full ? Scale.FULL : Scale.QUICK;
        return new Scale(
                big > 0 ? big : base.big(),
                bodies > 0 ? bodies : base.bodies(),
                medium > 0 ? medium : base.medium(),
                seconds > 0 ? Duration.ofMillis(Math.round(seconds * 1000)) : base.span(),
                idle > 0 ? idle : base.idle(),
                repetitions > 0 ? repetitions : base.repetitions());
    }

    private static Path defaultOut(Path home) throws IOException {
        String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString().replace(":", "");
        return Files.createDirectories(home.resolve("benchmarks/target")).resolve("imap-" + time);
    }

    private static Path beside(Path base, String end) {
        return base.resolveSibling(base.getFileName() + end);
    }
}
