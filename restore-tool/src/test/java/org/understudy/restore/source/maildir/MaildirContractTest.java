package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.BackupSourceContract;
import org.understudy.restore.source.SourceOptions;

/** The contract over many users, with all that can lie about in Maildirs. */
final class MaildirContractTest implements BackupSourceContract {
    @TempDir
    Path folder;

    @Override
    public Input layOut() throws Exception {
        Path root = folder.resolve("backup");
        Mess.layOut(root);
        TreeSet<String> paths = new TreeSet<>(Mess.files(root));
        paths.add("ana/Maildir/cur/directory");
        paths.add("ana/Maildir/cur/1699999999.M1P1.host"); // named by the list alone
        return new Input(root, paths);
    }

    @Override
    public BackupSource open(Path root) throws IOException {
        return MaildirSource.open(root, SourceOptions.ALL);
    }
}
