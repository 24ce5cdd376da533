package org.understudy.server.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Steps;
import org.understudy.restore.migrate.AbortMigration;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.restore.migrate.Choice;
import org.understudy.restore.migrate.CutOver;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.NewMigration;
import org.understudy.restore.migrate.OldCluster;
import org.understudy.restore.migrate.RunMigration;
import org.understudy.restore.migrate.VerifyMigration;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.StandardExaminer;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** The new side: a store of its own and the migration into it. */
final class House implements AutoCloseable {
    static final String NAME = "move";

    final Path folder;
    MailStore live;

    House(Path folder) throws Exception {
        this.folder = Files.createDirectories(folder);
        this.live = open();
    }

    private MailStore open() {
        return MailStore.open(folder.resolve("store"), new MailStore.Options(32L << 20, Clock.systemUTC()));
    }

    Workplace workplace() {
        return new Workplace(live, folder, folder.resolve("repository"), Clock.systemUTC());
    }

    /** Begins a migration from an IMAP server whose users' or master's password is in a file. */
    House from(InetSocketAddress server, boolean tls, @Nullable Path authorities, String master, String password)
            throws Exception {
        Path secret = Files.writeString(folder.resolve("password"), password + "\n");
        new NewMigration()
                .run(
                        new NewMigration.Request(
                                NAME,
                                new OldCluster(
                                        tls ? "localhost" : "127.0.0.1",
                                        server.getPort(),
                                        tls,
                                        !tls,
                                        authorities,
                                        master,
                                        secret,
                                        null,
                                        2,
                                        0,
                                        "%08Xu%08Xv")),
                        workplace(),
                        Progress.SILENT);
        return this;
    }

    House fromMaildirs(Path maildirs) throws Exception {
        new NewMigration()
                .run(
                        new NewMigration.Request(
                                NAME, new OldCluster("", 0, true, false, null, "", null, maildirs, 2, 0, "%08Xu%08Xv")),
                        workplace(),
                        Progress.SILENT);
        return this;
    }

    /** Adds users under names that differ from the old ones. */
    House users(String... oldLogins) throws Exception {
        addAgain(oldLogins);
        for (String one : oldLogins) {
            live.accounts().add("new-" + one, "no hash", new Author.Housekeeping("test"));
        }
        return this;
    }

    /** Adds a user who keeps the name, and can log in. */
    House login(String user, String password) throws Exception {
        new AddUsers()
                .run(
                        new AddUsers.Request(NAME, List.of(new AddUsers.NewUser(user, user, "", "", 1))),
                        workplace(),
                        Progress.SILENT);
        PasswordHash hashes = new PasswordHash(new HashCost(new DataSize(64 * 1024), 1, 1), new SecureRandom());
        live.accounts().add(user, hashes.hash(password.toCharArray()), new Author.Housekeeping("test"));
        return this;
    }

    /** Adds users whose accounts are there. */
    void addAgain(String... oldLogins) throws Exception {
        List<AddUsers.NewUser> users = java.util.Arrays.stream(oldLogins)
                .map(one -> new AddUsers.NewUser(one, "new-" + one, "", "", 1))
                .toList();
        new AddUsers().run(new AddUsers.Request(NAME, users), workplace(), Progress.SILENT);
    }

    MigrationReport round() throws Exception {
        return round(Steps.UNWATCHED);
    }

    MigrationReport round(Steps steps) throws Exception {
        return new RunMigration(new StandardExaminer(), steps)
                .run(new RunMigration.Request(NAME, Choice.ALL, false), workplace(), Progress.SILENT);
    }

    MigrationReport verify() throws Exception {
        return new VerifyMigration(new StandardExaminer())
                .run(new VerifyMigration.Request(NAME, Choice.ALL), workplace(), Progress.SILENT);
    }

    MigrationReport cutOver() throws Exception {
        return new CutOver(new StandardExaminer())
                .run(new CutOver.Request(NAME, new Choice(Set.of(), 1), true, false), workplace(), Progress.SILENT);
    }

    MigrationReport abort() throws Exception {
        return new AbortMigration(new StandardExaminer())
                .run(new AbortMigration.Request(NAME, Choice.ALL), workplace(), Progress.SILENT);
    }

    /** Closes and opens the store, as after a crash. */
    void reopen() {
        live.close();
        live = open();
    }

    static Member only(MigrationReport report) {
        assertThat(report.members()).hasSize(1);
        return report.members().getFirst();
    }

    MailboxRow mailbox(String user, String name) {
        return live.mailboxes()
                .find(MailboxPath.of(user, name))
                .orElseThrow(() -> new AssertionError(user + " has no mailbox " + name));
    }

    List<Long> uids(String user, String name) {
        return live.messages().flags(mailbox(user, name).id(), 1, 0xFFFF_FFFFL).stream()
                .map(one -> one.uid())
                .toList();
    }

    Flags flags(String user, String name, long uid) {
        return live.messages()
                .flags(mailbox(user, name).id(), uid)
                .orElseThrow()
                .flags();
    }

    @Override
    public void close() {
        shut();
    }

    /** Cross-checks the store, then closes it. */
    void shut() {
        List<String> findings = live.fsck(Fsck.Depth.BODIES).findings().stream()
                .map(Object::toString)
                .toList();
        live.close();
        assertThat(findings).as("fsck").isEmpty();
    }
}
