package org.understudy.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Caller;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.server.access.Identity;
import org.understudy.server.account.PasswordHash;
import org.understudy.server.account.ScramAccounts;
import org.understudy.storage.Reason;

/**
 * What a request may not say for itself when it comes from a person with a token: whose word it is, and where on this
 * machine files are written. And what is done to requests of the network alone: passwords become hashes.
 */
final class RequestRules {
    /** Operations with the name of somebody who speaks. */
    private static final Set<String> SPOKEN = Set.of("restore.approve", "cohort.approve", "repo.hold", "repo.release");

    private static final Pattern FILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)*");
    private static final int LONGEST_FILE = 100;

    private final Path dataFolder;
    private final SecureRandom random;
    private final @Nullable PasswordHash passwords;
    private final @Nullable RetentionRules retention;
    private final ObjectMapper json = OperationJson.mapper();

    RequestRules(AdminSetup setup, SecureRandom random) {
        this.dataFolder = setup.workplace().dataFolder();
        this.passwords = setup.passwords();
        this.retention = setup.retention();
        this.random = random;
    }

    /** Where files go that are written for people with tokens. */
    static Path folder(Path dataFolder) {
        return dataFolder.resolve("exports");
    }

    /**
     * Changes the request of an operation as the rules say.
     *
     * @throws Refused if it says what it may not
     */
    void apply(String operation, ObjectNode request, Identity identity) throws IOException {
        Caller caller = identity.caller();
        if (caller != null && SPOKEN.contains(operation)) {
            speaks(request, caller);
        }
        switch (operation) {
            case "export" -> confine(request, "out", "", caller);
            case "restore.pack" ->
                confine(request, "file", "evidence-" + request.path("id").asText() + ".tar.gz", caller);
            case "repo.prune" -> {
                if (!request.hasNonNull("rules") && retention != null) {
                    request.set("rules", json.valueToTree(retention));
                }
            }
            case "user.add", "user.passwd" -> hash(request);
            default -> {}
        }
    }

    private static void speaks(ObjectNode request, Caller caller) {
        String by = request.path("by").asText("");
        if (request.hasNonNull("password")) {
            throw new Refused(
                    400,
                    Reason.USAGE,
                    "who speaks is known by the token, so no password is taken",
                    "Leave 'password' out.");
        }
        if (!by.isBlank() && !by.strip().equalsIgnoreCase(caller.person())) {
            throw new Refused(
                    403,
                    Reason.ACCESS_DENIED,
                    "the token is " + caller.person() + "'s, and the request speaks for somebody else",
                    "Leave 'by' out, or name the token's owner; each person uses a token of their own.");
        }
        request.put("by", caller.person());
    }

    /** A plain name within one folder, for people; the command line on this machine may name any path. */
    private void confine(ObjectNode request, String member, String otherwise, @Nullable Caller caller)
            throws IOException {
        String given = request.path(member).asText("");
        if (caller == null && !given.isEmpty()) {
            return;
        }
        String name = given.isEmpty() ? otherwise : given;
        if (name.length() > LONGEST_FILE || !FILE.matcher(name).matches()) {
            throw new Refused(
                    400,
                    Reason.USAGE,
                    "'" + member + "' is not a plain name of a file",
                    "Give a name of letters, digits, '.', '_' and '-', such as anna.tar; it is written into the folder"
                            + " 'exports' of the data folder.");
        }
        Path folder = folder(dataFolder);
        Durable.folder(folder);
        Durable.permit(folder, "rwx------");
        request.put(member, folder.resolve(name).toString());
    }

    private void hash(ObjectNode request) {
        JsonNode given = request.remove("password");
        if (given == null || given.isNull()) {
            return;
        }
        if (passwords == null || !given.isTextual() || given.asText().isEmpty() || request.hasNonNull("passwordHash")) {
            throw new Refused(
                    400,
                    Reason.USAGE,
                    "'password' must be text, and stands alone without 'passwordHash'",
                    "Send one of them.");
        }
        char[] password = given.asText().toCharArray();
        try {
            request.put("passwordHash", passwords.hash(password));
            request.put("scramKeys", ScramAccounts.keysOf(password, random));
        } finally {
            Arrays.fill(password, '\0');
        }
    }
}
