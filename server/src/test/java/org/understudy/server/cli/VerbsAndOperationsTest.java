package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.understudy.restore.operation.Operation;
import picocli.CommandLine;

/** Everything that the command line does is in the admin API, but for what is named here with its reason. */
class VerbsAndOperationsTest {
    /** Verbs whose operation has another name than theirs with a dot for the blank. */
    private static final Map<String, String> OTHERWISE = Map.ofEntries(
            Map.entry("snapshot", "snapshot.take"),
            Map.entry("fsck", "store.fsck"),
            Map.entry("repo hold", "repo.hold"),
            Map.entry("restore cohort", "cohort.stage"),
            Map.entry("restore cohort status", "cohort.status"),
            Map.entry("restore cohort approve", "cohort.approve"),
            Map.entry("restore cohort merge", "cohort.merge"),
            Map.entry("restore cohort undo", "cohort.undo"),
            Map.entry("restore cohort list", "cohort.list"),
            Map.entry("migrate board", "migrate.status"),
            Map.entry("migrate delay", "migrate.phase"),
            Map.entry("drill", "drill.run"),
            Map.entry("drill status", "drill.list"));

    /** Verbs that no operation is for, and why. */
    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry("server", "is what serves the API"),
            Map.entry("status", "GET /v1/status, which is no operation"),
            Map.entry("version", "GET /v1/ping says the server's; the verb says the program's"),
            Map.entry("doctor", "looks at the host where it runs, also before there is a server"),
            Map.entry("demo", "plays in a folder of its own with a server of its own"),
            Map.entry("inspect", "reads a backup where the operator sits, without any server"),
            Map.entry("repair", "needs the server to be down"),
            Map.entry("repo recover", "needs an empty data folder, where no server can run"),
            Map.entry("repo trust", "keys are handed over on the machine itself, never over a network"),
            Map.entry("repo key make", "keys are made where they are kept, never over a network"),
            Map.entry("repo key list", "needs the key in hand"),
            Map.entry("repo key add", "needs the key in hand"),
            Map.entry("repo key rotate", "needs the key in hand"),
            Map.entry("repo key remove", "needs the key in hand"),
            Map.entry("tls check", "reads files that the server does not show yet; what it shows is in GET /v1/status"),
            Map.entry(
                    "tls report", "writes files for resellers from a list of the operator's; tls.plan has its content"),
            Map.entry("autoconfig write", "writes files for a web server where the operator wants them"));

    /** Operations that no verb of their own is for, and why. */
    private static final Map<String, String> OPERATIONS_ALONE = Map.of(
            "loss.latest", "understudy loss compares anew; the console and programs read the last answer",
            "repo.holds", "understudy repo hold without --because shows them",
            "restore.verdicts", "verdicts by pages are for programs; the report has those that count");

    private static void leaves(String name, CommandLine command, Map<String, CommandLine> into) {
        if (command.getSubcommands().isEmpty() || OTHERWISE.containsKey(name)) {
            into.put(name, command);
        }
        command.getSubcommands().forEach((word, sub) -> leaves((name + " " + word).strip(), sub, into));
    }

    @Test
    void everyVerbHasItsOperationOrAReasonWhyNot() {
        Map<String, CommandLine> verbs = new TreeMap<>();
        leaves("", Main.program(Surroundings.ofProcess()).model(), verbs);
        Set<String> operations =
                Main.operations().stream().map(Operation::name).collect(Collectors.toCollection(TreeSet::new));
        List<String> without = new ArrayList<>();
        Set<String> used = new TreeSet<>();
        for (String verb : verbs.keySet()) {
            String operation = OTHERWISE.getOrDefault(verb, verb.replace(' ', '.'));
            if (operations.contains(operation)) {
                used.add(operation);
                assertThat(EXCEPTIONS).as("'%s' is no exception any more", verb).doesNotContainKey(verb);
            } else if (!EXCEPTIONS.containsKey(verb)) {
                without.add(verb);
            }
        }
        assertThat(without)
                .as("verbs that the admin API has no operation for; add one, or the reason why there is none")
                .isEmpty();
        assertThat(Stream.concat(OTHERWISE.keySet().stream(), EXCEPTIONS.keySet().stream()))
                .as("verbs named here that there are not")
                .allMatch(verbs::containsKey);
        Set<String> alone = new TreeSet<>(operations);
        alone.removeAll(used);
        assertThat(alone).as("operations without a verb").isEqualTo(new TreeSet<>(OPERATIONS_ALONE.keySet()));
    }
}
