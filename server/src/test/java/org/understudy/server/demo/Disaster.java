package org.understudy.server.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.message.DkimSigner;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.ScramAccounts;
import org.understudy.storage.keyspace.Author;

/** The demonstration up to its disaster: a town with mail, a snapshot, five months of two users lost, bits flipped. */
public final class Disaster {
    private static final int YEAR = 2026;

    private Disaster() {}

    /**
     * What happened.
     *
     * @param snapshot its id
     * @param users who lost mail
     * @param lost messages
     */
    public record Happened(String snapshot, List<String> users, long lost) {}

    /** @param staff further accounts, all with the same password */
    public static Happened happen(
            Workplace work, PasswordHash hashes, String password, List<String> staff, int perPerson)
            throws IOException, InterruptedException {
        SampleMail.PEOPLE.forEach(person -> account(work, hashes, person.user(), password));
        staff.forEach(name -> account(work, hashes, name, password));
        Town town = new Town(work.live());
        for (SampleMail.Item item : SampleMail.between(
                LocalDate.of(YEAR, 1, 1), LocalDate.of(YEAR, 7, 1), perPerson, 20_260_527, signer())) {
            town.deliver(item.user(), item.mailbox(), item.date(), item.flags(), item.content());
        }
        town.settle();
        String snapshot = new TakeSnapshot()
                .run(new TakeSnapshot.Request(false), work, Progress.SILENT)
                .id();
        Set<String> losers = new TreeSet<>(Set.of("ada", "farah"));
        Set<YearMonth> months = new TreeSet<>();
        for (int month = 1; month <= 5; month++) {
            months.add(YearMonth.of(YEAR, month));
        }
        Path repository = work.repository()
                .backend()
                .localFile("format.json")
                .orElseThrow()
                .resolveSibling("");
        SnapshotView view = SnapshotView.read(repository, snapshot);
        List<Town.Body> doomed = town.bodies(losers, months);
        long lost = town.lose(losers, months);
        Rot.flip(repository, view, doomed);
        new FindLoss().run(FindLoss.Request.all(), work, Progress.SILENT);
        return new Happened(snapshot, List.copyOf(losers), lost);
    }

    private static void account(Workplace work, PasswordHash hashes, String user, String password) {
        work.live()
                .accounts()
                .add(
                        user,
                        hashes.hash(password.toCharArray()),
                        ScramAccounts.keysOf(password.toCharArray(), new SecureRandom()),
                        new Author.Housekeeping("test"));
    }

    private static DkimSigner signer() {
        try {
            KeyPairGenerator keys = KeyPairGenerator.getInstance("RSA");
            keys.initialize(2048, new SecureRandom());
            return new DkimSigner(
                    SampleMail.signingDomain(), "demo", keys.generateKeyPair().getPrivate());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has RSA", e);
        }
    }
}
