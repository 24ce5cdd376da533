package org.understudy.server.doctor;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks that the data folder is the server's account's alone: mail, passwords' hashes and keys lie in it. */
final class FolderChecks {
    private static final String CHECK = "rights";
    private static final Set<PosixFilePermission> EVERYBODY = Set.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> GROUP =
            Set.of(PosixFilePermission.GROUP_READ, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_EXECUTE);

    private FolderChecks() {}

    static Advice rights(Path data, Machine machine) {
        Optional<Set<PosixFilePermission>> rights = machine.rights(data);
        if (rights.isEmpty()) {
            return Advice.ok(CHECK, data + " is not there yet; the server makes it, for its own account alone");
        }
        String owner = machine.owner(data);
        for (Path part : List.of(data.resolve("store"), data.resolve("keys"))) {
            if (machine.rights(part).isPresent() && !machine.owner(part).equals(owner)) {
                return Advice.fail(
                        CHECK,
                        part + " belongs to " + machine.owner(part) + ", and " + data + " to " + owner,
                        "Stop the server and run 'chown -R " + owner + ": " + data
                                + "'; the package's unit does so at each" + " start.");
            }
        }
        String change = "Take that away: 'chmod 0700 " + data + "'.";
        if (rights.get().stream().anyMatch(EVERYBODY::contains)) {
            return Advice.fail(CHECK, "every account of this machine may enter or read " + data, change);
        }
        if (rights.get().stream().anyMatch(GROUP::contains)) {
            return Advice.warn(CHECK, "the group of " + data + " may enter or read it, besides " + owner, change);
        }
        return Advice.ok(CHECK, "only " + owner + " may enter " + data);
    }
}
