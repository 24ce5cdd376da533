package org.understudy.server.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.understudy.restore.operation.Operation;

/**
 * All routes of the API: resources for what the command line does, and under {@code /v1/operations} each operation that
 * has no resource of its own (yet).
 */
final class RouteTable {
    private final Map<String, Operation<?, ?>> operations = new HashMap<>();
    private final Set<String> covered = new HashSet<>();
    private final List<Route> routes = new ArrayList<>();
    private final OperationRoutes make;

    private RouteTable(Services services) {
        this.make = new OperationRoutes(services);
        for (Operation<?, ?> operation : services.setup().operations()) {
            if (operations.put(operation.name(), operation) != null) {
                throw new IllegalStateException("two operations are called " + operation.name());
            }
        }
        routes.addAll(new ServerRoutes(services, this::routesSoFar).all());
        routes.addAll(new WorkRoutes(services).all());
        new TokenRoutes(services).makeToken(offered("token.make")).ifPresent(this::add);
        restores();
        cohorts();
        repository();
        mail();
        access();
        certificates();
        operations.values().stream()
                .filter(one -> !covered.contains(one.name()))
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(one -> routes.add(make.work(
                        one, "/v1/operations/" + one.name(), "Begin " + one.name() + ", as the command line does.")));
    }

    static List<Route> of(Services services) {
        return List.copyOf(new RouteTable(services).routes);
    }

    private List<Route> routesSoFar() {
        return List.copyOf(routes);
    }

    private void restores() {
        read("restore.list", "/v1/restores", "List restores, oldest first: all, or by pages.");
        work("restore.stage", "/v1/restores", "Stage a source as a new restore.", "location");
        read("restore.status", "/v1/restores/{id:restore}", "Say how far a restore is, and which step is next.");
        work("restore.validate", "/v1/restores/{id:restore}/validation", "Check every message of a restore.");
        read("restore.report", "/v1/restores/{id:restore}/report", "Show what the last validation found.");
        read("restore.verdicts", "/v1/restores/{id:restore}/verdicts", "Show the verdict of each message, by pages.");
        work("restore.preview", "/v1/restores/{id:restore}/plan", "Draw up the plan of a merge.");
        read("restore.plan", "/v1/restores/{id:restore}/plan", "Show the plan that there is, by pages.");
        act("POST", "restore.approve", "/v1/restores/{id:restore}/approvals", "Consent to a plan by its hash.", "hash");
        work(
                "restore.merge",
                "/v1/restores/{id:restore}/merge",
                "Carry out the approved plan, and prove what it touched.");
        work("restore.undo", "/v1/restores/{id:restore}/undo", "Take a merge back.");
        work("restore.pack", "/v1/restores/{id:restore}/pack", "Pack the evidence into a signed archive.");
        act("POST", "restore.open", "/v1/restores/{id:restore}/open", "Let owners look at their mail in the shadow.");
        act("POST", "restore.close", "/v1/restores/{id:restore}/close", "Let owners look no more.");
        act(
                "POST",
                "restore.keep",
                "/v1/restores/{id:restore}/keep",
                "Keep the shadow until a time at least.",
                "until");
    }

    private void cohorts() {
        read("cohort.list", "/v1/cohorts", "List all cohorts, oldest first.");
        work("cohort.stage", "/v1/cohorts", "Prepare the restores of many users, or go on with that.");
        read("cohort.status", "/v1/cohorts/{id:cohort}", "Say how far each user of a cohort is.");
        act("POST", "cohort.approve", "/v1/cohorts/{id:cohort}/approvals", "Consent to all plans of a cohort.", "hash");
        work("cohort.merge", "/v1/cohorts/{id:cohort}/merge", "Carry out the approved plans of a cohort.");
        work("cohort.undo", "/v1/cohorts/{id:cohort}/undo", "Take merges of a cohort back.");
    }

    private void repository() {
        read("repo.list", "/v1/snapshots", "List the snapshots with their trust, and what can be restored.");
        work("snapshot.take", "/v1/snapshots", "Take a snapshot.");
        work("repo.verify", "/v1/repository/verification", "Check the repository.");
        work("repo.archive", "/v1/repository/archive", "Carry the log into the repository now.");
        work("repo.prune", "/v1/repository/prune", "Forget snapshots that no rule keeps.");
        read("repo.holds", "/v1/holds", "List incident holds.");
        act("POST", "repo.hold", "/v1/holds", "Freeze retention.", "because");
        act("POST", "repo.release", "/v1/holds/release", "Release all incident holds.", "because");
        read("drill.list", "/v1/drills", "List the drills that were run.");
        alias("drill.list", "/v1/drills/{id:drill}", "Show one drill.");
        work("drill.run", "/v1/drills", "Rehearse a restore; nothing is merged.");
    }

    private void mail() {
        read("loss.latest", "/v1/loss", "Show the last comparison of live mail with history.");
        work("loss", "/v1/loss", "Compare live mail with history.");
        work("canary.check", "/v1/canaries/check", "Check the canary mailboxes.");
        act("POST", "canary.add", "/v1/canaries", "Make a canary mailbox.", "user");
        act("DELETE", "canary.remove", "/v1/canaries/{user:user}", "Remove a canary mailbox.");
        work("store.fsck", "/v1/store/fsck", "Check the live store.");
        work("store.reclaim", "/v1/store/reclaim", "Give back the room of expunged mail whose window is over.");
        work("export", "/v1/exports", "Write mail out, into the folder 'exports' of the data folder.", "out", "format");
        act("POST", "search.rebuild", "/v1/search/rebuild", "Build the search index anew.");
    }

    private void access() {
        read("user.list", "/v1/users", "List users with what their mailboxes hold.");
        offered("user.add")
                .ifPresent(one -> add(withPassword(make.act("POST", one, "/v1/users", "Add a user."), "user")));
        offered("user.passwd")
                .ifPresent(one -> add(withPassword(
                        make.act("PUT", one, "/v1/users/{user:user}/password", "Set a user's password."))));
        act("DELETE", "user.delete", "/v1/users/{user:user}", "Delete a user; the mail stays.");
        read("token.list", "/v1/tokens", "List tokens, without their secrets.");
        act("DELETE", "token.revoke", "/v1/tokens/{id:token}", "Revoke a token, from now on.");
    }

    private void certificates() {
        read("tls.ledger", "/v1/tls/ledger", "Show who came under which host name, with what program, by pages.");
        read("tls.plan", "/v1/tls/plan", "Say who will be warned of a certificate at a cut-over.");
        read("tls.guard", "/v1/tls/guard", "Say which old names and ports still carry traffic.");
    }

    private static Route withPassword(Route route, String... required) {
        Route.Body body = java.util.Objects.requireNonNull(route.body(), "users are made of a body");
        return route.taking(new Route.Body(
                body.type(),
                body.without(),
                Set.of(required),
                Map.of("password", "in place of passwordHash and scramKeys, which are then made here")));
    }

    private void read(String operation, String template, String summary) {
        add(operation, one -> make.read(one, template, summary));
    }

    /** A second way to what another route reads. */
    private void alias(String operation, String template, String summary) {
        offered(operation).ifPresent(one -> routes.add(make.read(one, template, summary)));
    }

    private void act(String method, String operation, String template, String summary, String... required) {
        add(operation, one -> {
            Route route = make.act(method, one, template, summary);
            return required.length == 0 ? route : route.requiring(required);
        });
    }

    private void work(String operation, String template, String summary, String... required) {
        add(operation, one -> {
            Route route = make.work(one, template, summary);
            return required.length == 0 ? route : route.requiring(required);
        });
    }

    private void add(String operation, Function<Operation<?, ?>, Route> maker) {
        offered(operation).ifPresent(one -> add(maker.apply(one)));
    }

    private void add(Route route) {
        routes.add(route);
        if (route.operation() != null) {
            covered.add(route.operation().name());
        }
    }

    /** Empty where this server does not offer it, as in rescue mode. */
    private Optional<Operation<?, ?>> offered(String name) {
        return Optional.ofNullable(operations.get(name));
    }
}
