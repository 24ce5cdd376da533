package org.understudy.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.cli.Main;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

@Timeout(240)
class RolesTest {
    @TempDir
    Path data;

    /** What a new operation must be added to, so that somebody has thought of who may do it. */
    private static final Map<Role, String> WANTED = new EnumMap<>(Map.of(
            Role.VIEWER,
            "alias.list cohort.list cohort.status drill.list loss.latest migrate.status repo.holds repo.list restore.list"
                    + " restore.plan restore.report restore.status restore.verdicts tls.guard tls.ledger tls.plan user.check"
                    + " user.list",
            Role.ENGINEER,
            "canary.check cohort.merge cohort.stage cohort.undo drill.run loss migrate.phase migrate.run"
                    + " migrate.verify repo.archive repo.hold repo.verify"
                    + " restore.close restore.keep restore.merge restore.open restore.pack restore.preview restore.stage"
                    + " restore.undo restore.validate snapshot.take store.fsck",
            Role.APPROVER,
            "cohort.approve restore.approve",
            Role.ADMIN,
            "alias.add alias.remove audit.list audit.verify canary.add canary.remove export migrate.abort migrate.add"
                    + " migrate.cutover migrate.new repo.prune repo.release search.rebuild store.reclaim tls.reload token.list"
                    + " token.make token.revoke user.add user.delete user.passwd"));

    @Test
    void everyOperationSaysItsRoleAndItIsTheOneThatWasDecided() {
        Map<String, Role> decided = new TreeMap<>();
        WANTED.forEach((role, names) -> Stream.of(names.split(" ")).forEach(name -> decided.put(name, role)));
        Map<String, Role> found = new TreeMap<>();
        for (Operation<?, ?> one : Main.operations()) {
            found.put(one.name(), one.role());
            assertThat(Stream.of(one.getClass().getDeclaredMethods()).map(java.lang.reflect.Method::getName))
                    .as("%s must say itself which role it needs", one.name())
                    .contains("role");
        }
        assertThat(found).isEqualTo(decided);
    }

    @Test
    void rolesCoverWhatTheyShould() {
        for (Role role : Role.values()) {
            assertThat(Role.ADMIN.covers(role)).isTrue();
            assertThat(role.covers(Role.VIEWER)).isTrue();
            assertThat(role.covers(role)).isTrue();
        }
        assertThat(Role.ENGINEER.covers(Role.APPROVER)).isFalse();
        assertThat(Role.APPROVER.covers(Role.ENGINEER)).isFalse();
        assertThat(Role.VIEWER.covers(Role.ENGINEER)).isFalse();
        assertThat(Role.ENGINEER.covers(Role.ADMIN)).isFalse();
    }

    /** Stands where an operation stands, with its name, role and types, and only notes that it was reached. */
    private record Reached<Q, R>(Operation<Q, R> real, Map<String, Integer> runs) implements Operation<Q, R> {
        @Override
        public String name() {
            return real.name();
        }

        @Override
        public Role role() {
            return real.role();
        }

        @Override
        public Class<Q> requestType() {
            return real.requestType();
        }

        @Override
        public Class<R> resultType() {
            return real.resultType();
        }

        @Override
        public R run(Q request, Workplace workplace, Progress progress) {
            runs.merge(name(), 1, Integer::sum);
            throw new OperatorException(Reason.CONFLICT, "reached", "nothing");
        }
    }

    /** Every route and every operation by its name, for each role and for nobody. */
    @Test
    void everyRouteLetsInThoseOfItsRoleAndNobodyElse() throws Exception {
        Map<String, Integer> runs = new ConcurrentHashMap<>();
        List<Operation<?, ?>> noting = new ArrayList<>();
        Main.operations().forEach(one -> noting.add(new Reached<>(one, runs)));
        try (Served served = Served.in(data, Served.Offer.of(noting));
                Api api = served.api()) {
            Map<Role, String> tokens = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                tokens.put(role, served.token(role.word(), role));
            }
            int tried = 0;
            for (Route route : served.server.routes()) {
                String path = example(route);
                String body = route.body() == null ? "" : "{}";
                assertThat(api.send("", route.method(), path, body).status())
                        .as("%s %s without a token", route.method(), path)
                        .isEqualTo(401);
                for (Role role : Role.values()) {
                    int status = api.send(tokens.get(role), route.method(), path, body)
                            .status();
                    if (role.covers(route.role())) {
                        assertThat(status)
                                .as("%s %s for %s", route.method(), path, role)
                                .isNotIn(401, 403, 405, 500);
                    } else {
                        assertThat(status)
                                .as("%s %s for %s", route.method(), path, role)
                                .isEqualTo(403);
                    }
                    tried++;
                }
            }
            for (Operation<?, ?> operation : Main.operations()) {
                for (Role role : Role.values()) {
                    String body = "{\"operation\":\"" + operation.name() + "\",\"request\":{}}";
                    int status =
                            api.send(tokens.get(role), "POST", "/v1/work", body).status();
                    if (role.covers(operation.role())) {
                        assertThat(status)
                                .as("%s for %s", operation.name(), role)
                                .isNotIn(401, 403, 405, 500);
                    } else {
                        assertThat(status)
                                .as("%s for %s", operation.name(), role)
                                .isEqualTo(403);
                    }
                    tried++;
                }
            }
            assertThat(tried).isGreaterThan(400);
            assertThat(served.audited).anyMatch(event -> event.action().equals("admin.refused"));
        }
        assertThat(runs.keySet()).as("operations that were reached at all").hasSizeGreaterThan(20);
    }

    /** A denied caller must not reach an operation: all of a viewer's tries, and what ran. */
    @Test
    void whatIsRefusedIsNeverBegun() throws Exception {
        Map<String, Integer> runs = new ConcurrentHashMap<>();
        List<Operation<?, ?>> noting = new ArrayList<>();
        Main.operations().forEach(one -> noting.add(new Reached<>(one, runs)));
        try (Served served = Served.in(data, Served.Offer.of(noting));
                Api api = served.api()) {
            String viewer = served.token("vera", Role.VIEWER);
            for (Route route : served.server.routes()) {
                if (route.role() != Role.VIEWER) {
                    api.send(viewer, route.method(), example(route), route.body() == null ? "" : "{}");
                    api.send("", route.method(), example(route), route.body() == null ? "" : "{}");
                }
            }
            assertThat(runs).isEmpty();
            assertThat(served.server.routes().stream().map(Route::operation).filter(java.util.Objects::nonNull))
                    .as("each operation has a route")
                    .extracting(Operation::name)
                    .containsAll(Main.operations().stream().map(Operation::name).toList());
        }
    }

    static String example(Route route) {
        String path = route.path();
        for (Map.Entry<String, Param> param : route.params().entrySet()) {
            String value = switch (param.getValue()) {
                case RESTORE -> "r-20260527-3fa9";
                case COHORT -> "c-20260527-3fa9";
                case DRILL -> "d-20260527-021500-3fa9";
                case WORK -> "w-3fa94c0112345678";
                case TOKEN -> "00000000";
                case USER -> "anna@example.org";
            };
            path = path.replace("{" + param.getKey() + "}", value);
        }
        return path;
    }
}
