package org.understudy.restore.source.dbox;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.dovecot.IndexLog;

/** The contract over sdbox folders of two users. */
final class SingleContractTest implements BackupSourceContract {
    @TempDir
    Path folder;

    @Override
    public Input layOut() {
        Path root = folder.resolve("vmail");
        Path ana = root.resolve("ana/sdbox");
        DboxBuilder.single(ana, "INBOX", 1, 1);
        DboxBuilder.write(DboxBuilder.mails(ana, "INBOX").resolve("u.2"), DboxBuilder.bytes("no dbox file"));
        DboxBuilder.single(ana, "INBOX", 3, 3);
        DboxBuilder.index(ana, "INBOX", new IndexLog(7, 1).append(1, 2, 3, 4));
        DboxBuilder.single(ana, "Work/&AMQ-rger", 1, 5);
        DboxBuilder.write(ana.resolve("subscriptions"), DboxBuilder.bytes("V\t2\n\nWork\tÄrger\n"));
        Path ben = root.resolve("ben/sdbox");
        DboxBuilder.single(ben, "INBOX", 7, 7);
        DboxBuilder.write(
                DboxBuilder.mails(ben, "INBOX").resolve("u.8"),
                DboxBuilder.fileHeader(),
                DboxBuilder.message(8, ""),
                DboxBuilder.bytes("left over"));
        DboxBuilder.index(ben, "INBOX", new IndexLog(7, 1).append(7, 8));
        return new Input(
                root,
                Set.of(
                        "ana/sdbox/mailboxes/INBOX/dbox-Mails/u.1",
                        "ana/sdbox/mailboxes/INBOX/dbox-Mails/u.2",
                        "ana/sdbox/mailboxes/INBOX/dbox-Mails/u.3",
                        "ana/sdbox/mailboxes/INBOX/dbox-Mails/u.4",
                        "ana/sdbox/mailboxes/INBOX/dbox-Mails/dovecot.index.log",
                        "ana/sdbox/mailboxes/Work/&AMQ-rger/dbox-Mails/u.1 (flags and keywords lost)",
                        "ana/sdbox/subscriptions",
                        "ben/sdbox/mailboxes/INBOX/dbox-Mails/u.7",
                        "ben/sdbox/mailboxes/INBOX/dbox-Mails/u.8",
                        "ben/sdbox/mailboxes/INBOX/dbox-Mails/u.8@"
                                + (DboxBuilder.FIRST + DboxBuilder.message(8, "").length),
                        "ben/sdbox/mailboxes/INBOX/dbox-Mails/dovecot.index.log"));
    }

    @Override
    public BackupSource open(Path root) throws Exception {
        return DboxSource.find(root, SourceOptions.ALL).orElseThrow();
    }
}
