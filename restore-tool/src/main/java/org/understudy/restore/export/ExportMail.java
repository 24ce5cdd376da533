package org.understudy.restore.export;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * {@code export}: copies users' mail out of the live store, a snapshot or a restore's shadow into files. Changes neither
 * of them. While users are at work it reads at most 30 MB a second of a live store.
 */
public final class ExportMail implements Operation<ExportMail.Request, ExportMail.Result> {
    /** Begins the name of a snapshot in {@link Request#from}. */
    public static final String SNAPSHOT = "snapshot:";

    /** Begins the name of a restore in {@link Request#from}. */
    public static final String RESTORE = "restore:";

    /** The live store, in {@link Request#from}. */
    public static final String LIVE = "live";

    private static final long BESIDE_USERS = 30_000_000;
    private static final int FAULTS_SHOWN = 200;
    private static final int NAMED_AT_MOST = 5;

    /**
     * @param from {@link #LIVE}, or {@link #SNAPSHOT} or {@link #RESTORE} and a name
     * @param format word of an {@link ExportFormat}
     * @param users whose mail; empty for everybody's
     * @param mailboxes names; empty for all
     * @param out absolute path of the folder to export into
     * @param everything of a shadow, also what is damaged or may be another user's
     */
    public record Request(
            String from, String format, Set<String> users, Set<String> mailboxes, String out, boolean everything) {
        public Request {
            from = Objects.requireNonNullElse(from, LIVE);
            format = Objects.requireNonNullElse(format, "");
            users = users == null ? Set.of() : Set.copyOf(users);
            mailboxes = mailboxes == null ? Set.of() : Set.copyOf(mailboxes);
            out = Objects.requireNonNullElse(out, "");
        }
    }

    /** @param place folder or archive of this user, absolute */
    public record User(String user, String place, int mailboxes, ExportCounts counts) {}

    /**
     * @param counts sums of the users'
     * @param faults the first {@value #FAULTS_SHOWN}; all up to 10,000 of a user stand in its export
     * @param resumed whether it went on with one that was cut short
     */
    public record Result(
            String origin,
            String format,
            String out,
            List<User> users,
            ExportCounts counts,
            List<UserFault> faults,
            boolean resumed,
            long millis) {}

    /** A fault with its user. */
    public record UserFault(String user, String mailbox, long uid, String kind, String why) {}

    @Override
    public String name() {
        return "export";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        ExportFormat format = ExportFormat.of(request.format());
        Path out = folder(request.out(), workplace);
        Instant begun = workplace.clock().instant();
        try (Origin origin = origin(request, workplace)) {
            SortedMap<String, List<OriginMailbox>> chosen = chosen(origin, request);
            try (ExportRun run = ExportRun.begin(
                    out,
                    ExportAsked.of(
                            begun,
                            origin.identity(),
                            format,
                            request.users(),
                            request.mailboxes(),
                            request.everything()))) {
                Result result = export(origin, chosen, format, run, out, begun, workplace, progress);
                run.end();
                return result;
            }
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            InterruptedException stopped = new InterruptedException("interrupted while exporting");
            stopped.initCause(e);
            throw stopped;
        } catch (IOException e) {
            throw failure(out, e);
        }
    }

    private static OperatorException failure(Path out, IOException e) {
        OperatorException known = OnDisk.failure("the export into " + out + " stopped", e);
        return known.reason() == Reason.PERMISSION
                ? new OperatorException(
                        Reason.PERMISSION,
                        String.valueOf(known.getMessage()),
                        "While the server runs it does the work, as its own system user: name a folder that this user"
                                + " may write, or make one and give it to it.",
                        e)
                : known;
    }

    private static Path folder(String out, Workplace workplace) {
        if (out.isEmpty() || !Path.of(out).isAbsolute()) {
            throw new OperatorException(
                    Reason.USAGE, "no folder to export into is named", "Name one with --out FOLDER.");
        }
        Path folder = Path.of(out).normalize();
        if (folder.startsWith(workplace.dataFolder().toAbsolutePath().normalize())
                || lies(folder, workplace.repository().toString())) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    folder + " lies in the data folder or in the repository, which are Understudy's own",
                    "Name a folder outside of them.");
        }
        return folder;
    }

    /** @param repository path of a directory, or the address of another place, which no path begins with */
    private static boolean lies(Path folder, String repository) {
        return repository.startsWith("/")
                && folder.startsWith(Path.of(repository).normalize());
    }

    private static Origin origin(Request request, Workplace workplace) {
        String from = request.from();
        if (from.startsWith(SNAPSHOT)) {
            return SnapshotOrigin.open(workplace, from.substring(SNAPSHOT.length()));
        }
        if (from.startsWith(RESTORE)) {
            return ShadowOrigin.open(workplace, from.substring(RESTORE.length()), request.everything());
        }
        if (!from.equals(LIVE)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + from + "' is nothing to export from",
                    "Name nothing for the live store, or --snapshot or --restore.");
        }
        return new StoreOrigin(workplace.live());
    }

    /** The mailboxes that were asked for, by user; users without any are left out when none was named. */
    private static SortedMap<String, List<OriginMailbox>> chosen(Origin origin, Request request) {
        SortedMap<String, List<OriginMailbox>> all = origin.users();
        for (String user : request.users()) {
            if (!all.containsKey(user)) {
                throw new OperatorException(
                        Reason.NOT_FOUND,
                        "the " + origin.identity() + " has no user " + user,
                        all.isEmpty() ? "It has no users at all." : "It has " + some(all.keySet()) + ".");
            }
        }
        Set<String> wanted = new TreeSet<>();
        request.mailboxes().forEach(name -> wanted.add(name.equalsIgnoreCase("INBOX") ? "INBOX" : name));
        Set<String> missing = new TreeSet<>(wanted);
        SortedMap<String, List<OriginMailbox>> chosen = new TreeMap<>();
        all.forEach((user, mailboxes) -> {
            if (!request.users().isEmpty() && !request.users().contains(user)) {
                return;
            }
            List<OriginMailbox> taken = mailboxes.stream()
                    .filter(mailbox -> wanted.isEmpty() || wanted.contains(mailbox.name()))
                    .toList();
            taken.forEach(mailbox -> missing.remove(mailbox.name()));
            if (!taken.isEmpty() || request.users().contains(user)) {
                chosen.put(user, taken);
            }
        });
        if (!missing.isEmpty()) {
            Set<String> names = new TreeSet<>();
            all.forEach((user, mailboxes) -> {
                if (request.users().isEmpty() || request.users().contains(user)) {
                    mailboxes.forEach(mailbox -> names.add(mailbox.name()));
                }
            });
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "nobody who is exported has a mailbox " + String.join(", ", missing),
                    "Mailboxes are named with '.' between levels"
                            + (names.isEmpty() ? "." : "; there are " + some(names) + "."));
        }
        return chosen;
    }

    private static String some(Set<String> names) {
        String first = String.join(", ", names.stream().limit(NAMED_AT_MOST).toList());
        return names.size() > NAMED_AT_MOST ? first + " and %,d more".formatted(names.size() - NAMED_AT_MOST) : first;
    }

    private static Result export(
            Origin origin,
            SortedMap<String, List<OriginMailbox>> chosen,
            ExportFormat format,
            ExportRun run,
            Path out,
            Instant begun,
            Workplace workplace,
            Progress progress)
            throws IOException, InterruptedException {
        long total = chosen.values().stream()
                .flatMap(List::stream)
                .mapToLong(OriginMailbox::messages)
                .sum();
        progress.begin("exporting", total, "messages");
        Courtesy courtesy = new Courtesy(workplace.live()::calls, BESIDE_USERS);
        MessageCopy copy = new MessageCopy(
                origin, format, origin instanceof StoreOrigin ? new Pace(courtesy) : new Pace(0), courtesy, progress);
        TreeNames places = new TreeNames();
        run.places().forEach(place -> places.free(place.replaceFirst("\\.zip$", "")));
        List<User> users = new ArrayList<>();
        List<UserFault> faults = new ArrayList<>();
        ExportCounts sum = ExportCounts.NONE;
        for (var one : chosen.entrySet()) {
            String user = one.getKey();
            String place = run.place(user).orElse("");
            if (place.isEmpty()) {
                place = place(user, format, places);
                run.begin(user, place);
            }
            List<ExportPiece> pieces = new UserExport(run, copy, format, user, place, one.getValue())
                    .export(origin.identity(), begun, tool());
            ExportCounts counts = ExportCounts.NONE;
            int mailboxes = 0;
            for (ExportPiece piece : pieces) {
                counts = counts.plus(piece.counts());
                mailboxes += piece.mailboxes().size();
                for (ExportedTree.Fault fault : piece.faults()) {
                    if (faults.size() < FAULTS_SHOWN) {
                        faults.add(new UserFault(user, fault.mailbox(), fault.uid(), fault.kind(), fault.why()));
                    }
                }
            }
            users.add(new User(user, out.resolve(place).toString(), mailboxes, counts));
            sum = sum.plus(counts);
        }
        return new Result(
                origin.identity(),
                format.word(),
                out.toString(),
                users,
                sum,
                faults,
                run.resumed(),
                Duration.between(begun, workplace.clock().instant()).toMillis());
    }

    private static String place(String user, ExportFormat format, TreeNames taken) {
        String name = taken.free(TreeNames.safe(user));
        return format == ExportFormat.EML ? name + ".zip" : name;
    }

    private static String tool() {
        String version = ExportMail.class.getPackage().getImplementationVersion();
        return "understudy " + (version == null ? "development" : version);
    }
}
