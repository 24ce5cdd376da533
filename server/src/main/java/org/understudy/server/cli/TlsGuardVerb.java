package org.understudy.server.cli;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.Table;
import org.understudy.restore.cli.Verb;
import org.understudy.server.coverage.Decommission;
import org.understudy.server.coverage.Decommission.Traffic;
import org.understudy.server.tls.CertificateNames;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy tls guard}. */
@Command(
        name = "guard",
        description = {
            "Say which old names and ports still carry traffic, before they are switched off.",
            "Exit code 0: none of them does. 3: some do. 17: none is seen, but the ledger cannot prove it."
        },
        footer = {
            "",
            "Example: understudy tls guard imap.old.example '*.brand.example' --since 30d",
            "         understudy tls guard --port 143 && echo switch it off"
        })
final class TlsGuardVerb extends Verb {
    private final Supplier<Session> session;

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "Host names or *.DOMAIN. Default: all.")
    private List<String> names = new ArrayList<>();

    @Mixin
    private LedgerFiles ledger = new LedgerFiles();

    @Option(names = "--port", paramLabel = "PORT", description = "Look at this port only. May be given again.")
    private List<Integer> ports = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Traffic since 12h, 14d, 2w, or a date. Default: 14d.")
    private String since = "14d";

    TlsGuardVerb(Frame frame, Supplier<Session> session) {
        super(frame);
        this.session = session;
    }

    @Override
    protected int run(Invocation invocation) {
        Instant from = Moment.parse(since, invocation.clock().instant(), true).truncatedTo(ChronoUnit.SECONDS);
        Decommission guard = Decommission.of(
                ledger.read(session.get()),
                names.stream().map(CertificateNames::normal).toList(),
                ports,
                from);
        invocation.console().result(guard, out -> {
            Table table = new Table("host", "listener", "port", "users", "logins", "refused", "others", "last used");
            guard.traffic().stream()
                    .sorted(Comparator.comparingLong(Traffic::users).reversed().thenComparing(Traffic::host))
                    .forEach(one -> table.row(
                            one.host().isEmpty() ? "(none named)" : one.host(),
                            one.listener().isEmpty() ? "-" : one.listener(),
                            one.port() == 0 ? "-" : String.valueOf(one.port()),
                            one.users(),
                            one.logins(),
                            one.refused(),
                            one.others(),
                            one.last() == null ? "-" : one.last().toString()));
            table.print(out, "");
            long used = guard.traffic().stream().filter(Traffic::carries).count();
            out.println(
                    used > 0
                            ? used + (used == 1 ? " still carries" : " still carry") + " traffic since " + from + "."
                            : "None carries traffic since " + from + ".");
            guard.unproven().forEach(why -> out.println("Not proven: " + Printable.line(why) + "."));
        });
        if (guard.inUse()) {
            return Reason.UNSOUND.exitCode();
        }
        return guard.unproven().isEmpty() ? 0 : Reason.UNPROVEN.exitCode();
    }
}
