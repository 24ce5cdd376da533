package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.ShownProgress;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.config.CertificatePlans;
import org.understudy.server.config.Configuration;
import org.understudy.server.tls.CertificateReview;
import org.understudy.server.tls.TlsOperations;
import org.understudy.server.tls.TlsStatus;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy tls}. */
final class TlsVerbs {
    private TlsVerbs() {}

    static CommandLine group(Frame frame, Supplier<Session> session) {
        return VerbGroup.of(
                "tls",
                "Look at certificates, and at what clients make of them.",
                List.of(
                        new CheckVerb(frame, session),
                        new ReloadVerb(frame),
                        new TlsLedgerVerb(frame, session),
                        new TlsPlanVerb(frame, session),
                        new TlsReportVerb(frame, session),
                        new TlsGuardVerb(frame, session)));
    }

    @Command(
            name = "check",
            description = {
                "Read the configured certificates and say what mail programs will make of them: for whom they are, how"
                        + " long they are valid, whether their chains are complete.",
                "With HOST: which certificate a client sees that asks for it, and whether it will be warned.",
                "Exit code 0 if nobody will be warned, 3 if somebody will. A server need not run."
            },
            footer = {"", "Example: understudy tls check mail.example.org imap.example.net"})
    static final class CheckVerb extends Verb {
        private final Supplier<Session> session;

        @Parameters(paramLabel = "HOST", arity = "0..*", description = "Host names that clients use.")
        private List<String> hosts = List.of();

        CheckVerb(Frame frame, Supplier<Session> session) {
            super(frame);
            this.session = session;
        }

        @Override
        protected int run(Invocation invocation) {
            Configuration configuration = session.get().configuration();
            CertificateReview review;
            try {
                review = CertificateReview.of(
                        CertificatePlans.of(configuration.tls(), configuration.dataFolder()),
                        hosts,
                        invocation.clock());
            } catch (IllegalArgumentException e) {
                throw new OperatorException(
                        Reason.USAGE,
                        "not a host name: " + e.getMessage(),
                        "Write host names as clients do, for example mail.example.org.",
                        e);
            }
            invocation.console().result(review, out -> print(review, out));
            return review.sound() ? 0 : Reason.UNSOUND.exitCode();
        }

        private static void print(CertificateReview review, PrintStream out) {
            if (review.hosts().isEmpty()) {
                review.certificates().forEach(one -> print(one, out));
                return;
            }
            for (CertificateReview.Host host : review.hosts()) {
                out.println(host.host() + ": " + (host.faults().isEmpty() ? "good" : "CLIENTS WILL BE WARNED")
                        + ", by the certificate of " + host.shown());
                host.faults().forEach(fault -> out.println("  FAULT: " + Printable.line(fault)));
            }
            review.certificates().stream()
                    .filter(one -> review.hosts().stream()
                            .anyMatch(host -> host.shown().equals(one.name())))
                    .forEach(one -> print(one, out));
        }

        private static void print(CertificateReview.Reviewed one, PrintStream out) {
            out.println(one.name());
            out.println("  files: " + String.join(", ", one.files()));
            Instant until = one.notAfter();
            CertificateReview.ChainEnd end = one.chain();
            if (until != null && end != null) {
                out.println("  for: " + Printable.line(String.join(", ", one.names())));
                out.println("  issuer: " + Printable.line(one.issuer()) + "; " + one.key() + "; chain " + chain(end));
                out.println(
                        "  valid: until " + until + (one.daysLeft() < 0 ? "" : ", " + one.daysLeft() + " days more"));
            }
            one.faults().forEach(fault -> out.println("  FAULT: " + Printable.line(fault)));
            one.remarks().forEach(remark -> out.println("  remark: " + Printable.line(remark)));
        }

        private static String chain(CertificateReview.ChainEnd end) {
            return switch (end) {
                case COMPLETE -> "complete";
                case PRIVATE -> "complete, to a private root";
                case SELF_SIGNED -> "none, self-signed";
                case INCOMPLETE -> "NOT COMPLETE";
            };
        }
    }

    @Command(
            name = "reload",
            description = {
                "Have the running server read its certificates, and their list in the configuration, again at once.",
                "It does so by itself when they change. A bad one is not taken up: the old one stays.",
                "Exit code 3 if something was not taken up."
            },
            footer = {"", "Example: understudy tls reload"})
    static final class ReloadVerb extends Verb {
        ReloadVerb(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            Optional<AdminClient> client = AdminClient.connect(invocation.dataFolder());
            if (client.isEmpty()) {
                throw new OperatorException(
                        Reason.UNREACHABLE,
                        "no server is running on " + invocation.dataFolder(),
                        "start one with 'understudy server', or name its data folder with --data");
            }
            TlsStatus status;
            try (AdminClient server = client.get();
                    ShownProgress progress = invocation.console().progress()) {
                status = server.run(TlsOperations.Reload.withoutServer(), new TlsOperations.Nothing(), progress);
            }
            invocation.console().result(status, out -> TlsText.printAll(status, out));
            boolean taken = status.problem().isEmpty()
                    && status.certificates().stream()
                            .allMatch(one -> one.problem().isEmpty());
            return taken ? 0 : Reason.UNSOUND.exitCode();
        }
    }
}
