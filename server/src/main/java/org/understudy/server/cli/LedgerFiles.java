package org.understudy.server.cli;

import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.understudy.server.ledger.LedgerContent;
import org.understudy.server.ledger.LedgerImport;
import org.understudy.server.ledger.LedgerReader;
import picocli.CommandLine.Option;

/** Which ledger a verb looks at. */
final class LedgerFiles {
    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            description =
                    "Look at this ledger instead of the data folder's: JSON lines or CSV as 'tls ledger' writes them, or"
                            + " Dovecot's login log. May be given again.")
    private List<Path> files = new ArrayList<>();

    /** What the options ask for; whatever a file holds that is no row is said on standard error. */
    LedgerContent read(Session session) {
        Instant now = session.clock().instant().truncatedTo(ChronoUnit.SECONDS);
        if (files.isEmpty()) {
            return LedgerContent.of(LedgerReader.all(session.dataFolder()), now);
        }
        List<LedgerContent> parts = new ArrayList<>();
        for (Path file : files) {
            LedgerImport.Imported imported = new LedgerImport(now, ZoneId.systemDefault(), Map.of())
                    .read(session.absolute(file), LedgerImport.Form.AUTO);
            note(session, file, imported);
            parts.add(imported.content());
        }
        return LedgerContent.of(parts, now);
    }

    static void note(Session session, Path file, LedgerImport.Imported imported) {
        if (!imported.firstIgnored().isEmpty()) {
            session.console()
                    .note(file + ": " + (imported.lines() - imported.used()) + " of " + imported.lines()
                            + " lines were not used; " + imported.firstIgnored());
        }
    }
}
