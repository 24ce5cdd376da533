package org.understudy.server.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.Verb;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.doctor.Advice;
import org.understudy.server.doctor.Doctor;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;

/** {@code understudy doctor}. */
@Command(
        name = "doctor",
        description = {
            "Check this host, before Understudy is installed and beside a server that runs, and say what to change.",
            "Java, open files, threads, clock, time zone, memory, swap, file system, rights, space, how long and how"
                    + " plausibly the disk syncs, ports, certificates, repository. Nothing is changed; a trial file of 33 MB is written in the data"
                    + " folder and deleted.",
            "Exit code 0 if nothing fails (warnings included), 3 if something does, 4 if the configuration is wrong."
        },
        footer = {"", "Example: understudy doctor --config /etc/understudy/understudy.conf"})
final class DoctorVerb extends Verb {
    private final Supplier<Session> session;

    DoctorVerb(Frame frame, Supplier<Session> session) {
        super(frame);
        this.session = session;
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        Optional<ServerStatus> running = running(invocation);
        Doctor.Report report = Doctor.ofThisHost(invocation.clock())
                .examine(
                        session.get().configuration(),
                        invocation.repository(),
                        running,
                        Doctor.JavaProcess.ofThisProcess());
        invocation.console().result(report, out -> print(report, out));
        return report.worst() == Advice.Level.FAIL ? Reason.UNSOUND.exitCode() : 0;
    }

    private static Optional<ServerStatus> running(Invocation invocation) throws Exception {
        Optional<AdminClient> client = AdminClient.connect(invocation.dataFolder());
        if (client.isEmpty()) {
            return Optional.empty();
        }
        try (AdminClient server = client.get()) {
            return Optional.of(server.status());
        }
    }

    private static void print(Doctor.Report report, PrintStream out) {
        out.println((report.serverRunning() ? "A server runs on " : "No server runs on ") + report.dataFolder());
        for (Advice one : report.advice()) {
            out.printf(Locale.ROOT, "%-5s %s: %s%n", one.level(), one.check(), Printable.line(one.found()));
            if (!one.change().isEmpty()) {
                out.println("      -> " + Printable.line(one.change()));
            }
        }
        long fails = count(report, Advice.Level.FAIL);
        long warnings = count(report, Advice.Level.WARN);
        out.printf(
                Locale.ROOT,
                "%d checks: %d good, %d to think about, %d to mend%n",
                report.advice().size(),
                report.advice().size() - fails - warnings,
                warnings,
                fails);
    }

    private static long count(Doctor.Report report, Advice.Level level) {
        return report.advice().stream().filter(one -> one.level() == level).count();
    }
}
