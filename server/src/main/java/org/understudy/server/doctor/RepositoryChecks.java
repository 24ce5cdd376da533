package org.understudy.server.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.storage.OperatorException;

/** Checks that snapshots can be written, and that they do not lie on the disk whose loss they are for. */
final class RepositoryChecks {
    private static final long LEAST = 1L << 30;

    private RepositoryChecks() {}

    /**
     * @param folder where it lies on this machine; null if it is in a bucket
     * @param keyFile of an encrypted one; null if it is not
     */
    static List<Advice> all(
            Path data, Optional<Path> folder, Optional<Path> keyFile, Backend backend, Machine machine) {
        List<Advice> all = new ArrayList<>();
        folder.ifPresent(place -> all.add(place(data, place, machine)));
        keyFile.ifPresent(key -> all.add(key(key, folder, machine)));
        all.add(reachable(backend, folder, machine));
        return all;
    }

    /** @param held what the store takes up: the first snapshot takes as much */
    static Advice space(Path folder, long usable, long held) {
        String found = String.format(
                Locale.ROOT,
                "%,.1f GB are free for %s, and the store holds %,.1f GB",
                usable / 1e9,
                folder,
                held / 1e9);
        return usable < Math.max(held, LEAST)
                ? Advice.warn(
                        "repository space",
                        found,
                        "Snapshots share what has not changed, but a first one takes as much as the store: free some, or"
                                + " move repository-folder.")
                : Advice.ok("repository space", found);
    }

    private static Advice reachable(Backend backend, Optional<Path> folder, Machine machine) {
        String place = backend.location();
        if (folder.isPresent()) {
            Path nearest = machine.nearest(folder.get());
            if (!machine.writable(nearest)) {
                return Advice.fail(
                        "repository",
                        "the account " + machine.account() + " may not write in " + nearest + ", which belongs to "
                                + machine.owner(nearest),
                        "Let the server's account write there: 'install -d -o understudy -g understudy -m 0700 "
                                + folder.get() + "'. If you are another account, run this command as root.");
            }
        }
        try {
            boolean empty = backend.top().isEmpty();
            return Advice.ok(
                    "repository",
                    place + " is reachable"
                            + (empty ? "; there is no snapshot yet ('understudy snapshot' takes the first)" : ""));
        } catch (OperatorException e) {
            return Advice.fail("repository", String.valueOf(e.getMessage()), e.hint());
        } catch (IOException e) {
            return Advice.fail(
                    "repository",
                    place + " cannot be read: " + e.getMessage(),
                    "Check that its disk or share is mounted, or that the network reaches the bucket.");
        }
    }

    private static Advice place(Path data, Path folder, Machine machine) {
        Optional<Mount> ours = Mount.of(data, machine);
        Optional<Mount> theirs = Mount.of(folder, machine);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return Advice.warn(
                    "repository disk",
                    "whether " + folder + " and " + data + " lie on different disks cannot be told",
                    "Make sure that they do.");
        }
        String disk = theirs.get().disk(machine);
        if (disk.equals(ours.get().disk(machine))) {
            return Advice.warn(
                    "repository disk",
                    folder + " lies on the same disk as the mail (" + disk + ")",
                    "Put repository-folder on another disk or machine, or use a bucket: a copy beside the original dies"
                            + " with it.");
        }
        return Advice.ok(
                "repository disk",
                folder + " is on " + disk + ", the mail on " + ours.get().disk(machine)
                        + " (whether two virtual disks are two real ones cannot be seen from here)");
    }

    private static Advice key(Path key, Optional<Path> folder, Machine machine) {
        if (!key.equals(machine.nearest(key)) && machine.link(key.toString()).isEmpty()) {
            return Advice.fail(
                    "repository key",
                    key + " does not exist",
                    "Make it with 'understudy repo key make " + key + "' and keep copies, or bring the one that the"
                            + " repository was encrypted with.");
        }
        return folder.isPresent() && key.startsWith(folder.get())
                ? Advice.fail(
                        "repository key",
                        key + " lies in the repository that it locks",
                        "Move it elsewhere, and keep two copies in safe places.")
                : Advice.ok("repository key", key + " is there; keep two copies elsewhere");
    }
}
