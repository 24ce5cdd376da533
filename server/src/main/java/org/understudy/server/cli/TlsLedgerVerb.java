package org.understudy.server.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Table;
import org.understudy.restore.cli.Verb;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerFilter;
import org.understudy.server.ledger.LedgerImport;
import org.understudy.server.ledger.LedgerReader;
import org.understudy.server.ledger.LedgerRow;
import org.understudy.server.ledger.LedgerText;
import org.understudy.server.ledger.Sums;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy tls ledger}. */
@Command(
        name = "ledger",
        description = {
            "Show who came under which host name, with what program, and how it ended.",
            "Reads the files in the data folder's 'ledger', up to a second old; the server need not run."
        },
        footer = {
            "",
            "Example: understudy tls ledger --host imap.old.example --since 14d",
            "         understudy tls ledger --outcome alert",
            "         understudy tls ledger --import /var/log/mail.log --address 192.0.2.7=imap.old.example"
        })
final class TlsLedgerVerb extends Verb {
    private static final int SHOWN = 200;

    private final Supplier<Session> session;

    @Mixin
    private LedgerFiles files = new LedgerFiles();

    @Option(names = "--host", paramLabel = "NAME", description = "A host name, *.DOMAIN, or none.")
    private String host = "";

    @Option(names = "--user", paramLabel = "USER", description = "A user.")
    private String user = "";

    @Option(names = "--client", paramLabel = "WORD", description = "Part of a mail program's name.")
    private String client = "";

    @Option(
            names = "--outcome",
            paramLabel = "WORD",
            description = "logged-in, no-login, no-command, alert, alert:unknown_ca and so on, failed.")
    private String outcome = "";

    @Option(names = "--since", paramLabel = "TIME", description = "Seen since 12h, 14d, 2w, or a date.")
    private String since = "";

    @Option(names = "--csv", description = "Print all as CSV.")
    private boolean csv;

    @Option(names = "--lines", description = "Print all as JSON lines, which --import and --ledger read.")
    private boolean lines;

    @Option(names = "--all", description = "Print every row, not only the latest.")
    private boolean all;

    @Option(
            names = "--import",
            paramLabel = "FILE",
            description =
                    "Take over the ledger or the login log of another server, in place of what was taken over from a"
                            + " file of the same name; '-.gz' files too.")
    @Nullable
    private Path imported;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            description = "What the file to import holds: auto, json, csv or dovecot. Default: auto.")
    private LedgerImport.Form form = LedgerImport.Form.AUTO;

    @Option(
            names = "--address",
            paramLabel = "IP=NAME",
            description = "The host name behind a local address, where a log does not have it. May be given again.")
    private Map<String, String> addresses = new LinkedHashMap<>();

    TlsLedgerVerb(Frame frame, Supplier<Session> session) {
        super(frame);
        this.session = session;
    }

    /** What {@code --json} prints. */
    record Shown(Instant since, List<LedgerRow> rows, Sums sums, long damaged) {}

    /** What {@code --json} prints of an import. */
    record Taken(Path file, String form, long lines, long used, int rows) {}

    @Override
    protected int run(Invocation invocation) {
        if (imported != null) {
            return take(invocation, imported);
        }
        LedgerContent content = files.read(session.get());
        Instant now = invocation.clock().instant();
        LedgerFilter filter = new LedgerFilter(
                host, user, client, outcome, since.isEmpty() ? Instant.EPOCH : Moment.parse(since, now, true));
        List<LedgerRow> rows = content.rows().stream()
                .filter(filter::wants)
                .sorted(Comparator.comparing(LedgerRow::last)
                        .reversed()
                        .thenComparing(row -> row.key().host())
                        .thenComparing(row -> row.key().user()))
                .toList();
        invocation.console().result(new Shown(content.since(), rows, content.sums(), content.damaged()), out -> {
            if (csv) {
                out.print(LedgerText.csvTitles());
                rows.forEach(row -> out.print(LedgerText.csv(row)));
            } else if (lines) {
                rows.forEach(row -> out.print(LedgerText.json(row) + "\n"));
            } else {
                print(content, rows, out);
            }
        });
        return 0;
    }

    private int take(Invocation invocation, Path file) {
        Path path = invocation.absolute(file);
        addresses.forEach((address, name) -> {
            if (name.isBlank()) {
                throw new OperatorException(
                        Reason.USAGE, "--address " + address + " names no host", "Write --address IP=NAME.");
            }
        });
        LedgerImport.Imported read =
                new LedgerImport(invocation.clock().instant(), ZoneId.systemDefault(), addresses).read(path, form);
        LedgerFiles.note(session.get(), file, read);
        OperationRouter.makeDataFolder(invocation.dataFolder());
        Path kept = LedgerReader.keep(invocation.dataFolder(), String.valueOf(path.getFileName()), read.content());
        Taken taken = new Taken(
                kept,
                read.form().name().toLowerCase(java.util.Locale.ROOT),
                read.lines(),
                read.used(),
                read.content().rows().size());
        invocation.console().result(taken, out -> {
            out.printf(
                    "%,d of %,d lines were used, as %s; %,d rows.%n",
                    taken.used(), taken.lines(), taken.form(), taken.rows());
            out.println("Kept in " + kept + "; delete that file to forget them.");
        });
        return 0;
    }

    private void print(LedgerContent content, List<LedgerRow> rows, PrintStream out) {
        if (content.rows().isEmpty()) {
            out.println("The ledger is empty. The server keeps it while it runs (configuration: ledger.rows).");
            return;
        }
        Table table = new Table("host", "user", "client", "tls", "outcome", "certificate", "count", "last seen");
        rows.stream()
                .limit(all ? Long.MAX_VALUE : SHOWN)
                .forEach(row -> table.row(
                        dash(row.key().host()),
                        dash(row.key().user()),
                        dash(
                                row.key().client().isEmpty()
                                        ? row.key().family()
                                        : row.key().client()),
                        dash(row.key().tls()),
                        row.key().outcome().word(),
                        switch (row.key().fault()) {
                            case NONE -> "-";
                            case NAME -> "not for this name";
                            case EXPIRED -> "expired";
                            case EARLY -> "not valid yet";
                        },
                        row.count(),
                        row.last()));
        table.print(out, "");
        if (rows.size() > SHOWN && !all) {
            out.printf("%,d rows more; --all shows them.%n", rows.size() - SHOWN);
        }
        long connections = rows.stream().mapToLong(LedgerRow::count).sum();
        out.printf("%,d rows, %,d connections. The ledger begins %s.%n", rows.size(), connections, content.since());
        String untold = PlanText.untold(content);
        if (!untold.isEmpty()) {
            out.println("Not complete: " + untold + ".");
        }
    }

    private static String dash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
