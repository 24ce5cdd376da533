package org.understudy.restore.source.dbox;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceOptions;

/** The contract over mdbox folders of two users: one whole, one without its map and one index. */
final class MultiContractTest implements BackupSourceContract {
    @TempDir
    Path folder;

    @Override
    public Input layOut() {
        Path root = folder.resolve("vmail");
        Path ana = root.resolve("ana/mdbox");
        byte[] one = DboxBuilder.message(1, "INBOX");
        byte[] two = DboxBuilder.message(2, "INBOX");
        byte[] three = DboxBuilder.message(3, "INBOX");
        byte[] four = DboxBuilder.message(4, "Old");
        byte[] junk = DboxBuilder.bytes("junk between messages\n");
        DboxBuilder.write(ana.resolve("storage/m.1"), DboxBuilder.fileHeader(), one, two, junk, three, four);
        int second = DboxBuilder.FIRST + one.length;
        int gap = second + two.length;
        int third = gap + junk.length;
        int fourth = third + three.length;
        DboxBuilder.map(
                ana,
                DboxBuilder.rows(
                        new DboxBuilder.Row(1, DboxBuilder.FIRST, one.length, 2),
                        new DboxBuilder.Row(1, second, two.length, 0),
                        new DboxBuilder.Row(1, third, three.length, 1),
                        new DboxBuilder.Row(2, DboxBuilder.FIRST, 400, 1)));
        DboxBuilder.index(ana, "INBOX", DboxBuilder.mdbox(11, 1, 1, 4, 44, 3, 3));
        DboxBuilder.index(ana, "Sent", DboxBuilder.mdbox(12, 1, 1));
        Path ben = root.resolve("ben/mdbox");
        byte[] five = DboxBuilder.message(5, "Archive/2025");
        byte[] six = DboxBuilder.message(6, "INBOX");
        DboxBuilder.write(ben.resolve("storage/m.3"), DboxBuilder.fileHeader(), five, six);
        DboxBuilder.index(ben, "INBOX", DboxBuilder.mdbox(13, 1, 6));
        String lost = " (in the mailbox of its delivery; no index says where it is now, or its flags)";
        return new Input(
                root,
                Set.of(
                        "ana/mdbox/mailboxes/INBOX/dbox-Mails#1 in ana/mdbox/storage/m.1@16",
                        "ana/mdbox/mailboxes/INBOX/dbox-Mails#2",
                        "ana/mdbox/mailboxes/INBOX/dbox-Mails#3 in ana/mdbox/storage/m.1@" + third,
                        "ana/mdbox/mailboxes/INBOX/dbox-Mails/dovecot.index.log",
                        "ana/mdbox/mailboxes/Sent/dbox-Mails#1 in ana/mdbox/storage/m.1@16",
                        "ana/mdbox/mailboxes/Sent/dbox-Mails/dovecot.index.log",
                        "ana/mdbox/storage/m.1@" + second,
                        "ana/mdbox/storage/m.1@" + fourth + lost,
                        "ana/mdbox/storage/m.1@" + gap,
                        "ana/mdbox/storage/dovecot.map.index.log",
                        "ben/mdbox/mailboxes/INBOX/dbox-Mails#1 in ben/mdbox/storage/m.3@"
                                + (DboxBuilder.FIRST + five.length),
                        "ben/mdbox/mailboxes/INBOX/dbox-Mails/dovecot.index.log",
                        "ben/mdbox/storage/m.3@16" + lost));
    }

    @Override
    public BackupSource open(Path root) throws Exception {
        return DboxSource.find(root, SourceOptions.ALL).orElseThrow();
    }
}
