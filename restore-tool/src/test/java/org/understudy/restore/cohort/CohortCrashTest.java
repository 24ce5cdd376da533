package org.understudy.restore.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.Steps;
import org.understudy.restore.workflow.RestoreRecovery;

/**
 * Kills a process after each kind of step of preparing, approving, merging and undoing a cohort, in the middle of its
 * users, and lets another go on: each user ends as in a run that nobody disturbed, and live holds the same mail.
 */
class CohortCrashTest {
    private static final List<String> VERBS = List.of("stage", "approve", "merge", "undo");

    @TempDir
    static Path folder;

    private static final Map<String, Map<Steps.Step, Integer>> PASSED = new TreeMap<>();
    private static final Map<String, String> EXPECTED = new TreeMap<>();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        Path work = Files.createDirectory(folder.resolve("work"));
        try (Town town = new Town(work, Steps.UNWATCHED)) {
            town.settle(CohortCrashChild.USERS);
        }
        for (String verb : VERBS) {
            copy(work, folder.resolve("before-" + verb));
            Map<Steps.Step, Integer> passed = new EnumMap<>(Steps.Step.class);
            Steps counting = step -> {
                synchronized (passed) {
                    passed.merge(step, 1, Integer::sum);
                }
            };
            try (Town town = new Town(work, counting)) {
                EXPECTED.put(verb, result(town, CohortCrashChild.run(town, verb)));
            }
            PASSED.put(verb, passed);
        }
        assertThat(PASSED.get("stage")).containsKeys(Steps.Step.COHORT_SAVED, Steps.Step.PLAN_WRITTEN);
        assertThat(PASSED.get("merge")).containsKeys(Steps.Step.JOB_SAVED, Steps.Step.MESSAGES_MERGED);
        assertThat(PASSED.get("undo")).containsKeys(Steps.Step.MESSAGES_UNDONE);
    }

    @TestFactory
    Stream<DynamicTest> goesOnAfterAKill() {
        List<DynamicTest> tests = new ArrayList<>();
        PASSED.forEach((verb, steps) -> steps.forEach((step, times) -> {
            int middle = (times + 1) / 2;
            tests.add(DynamicTest.dynamicTest(
                    verb + " after " + step + " " + middle + " of " + times, () -> killAndGoOn(verb, step, middle)));
        }));
        return tests.stream();
    }

    private static void killAndGoOn(String verb, Steps.Step step, int time) throws Exception {
        Path work = folder.resolve(verb + "-" + step + "-" + time);
        copy(folder.resolve("before-" + verb), work);
        Path output = folder.resolve("output");
        int exit = child(work, output, verb, step.name(), Integer.toString(time));
        assertThat(exit).as(Files.readString(output)).isEqualTo(CohortCrashChild.KILLED);
        try (Town town = new Town(work, Steps.UNWATCHED)) {
            assertThat(RestoreRecovery.resumeAll(town.workplace))
                    .allSatisfy(one -> assertThat(one.failure()).isNull());
            assertThat(result(town, goOn(town, verb))).isEqualTo(EXPECTED.get(verb));
        }
        delete(work);
    }

    /** What an operator does next: the same command, or for a cohort that has begun, the one that goes on. */
    private static CohortReport goOn(Town town, String verb) throws Exception {
        if (verb.equals("stage") && !Cohorts.all(town.workplace.cohorts()).isEmpty()) {
            return town.stage(
                    StageCohort.Request.resume(CohortCrashChild.id(town)), Town.backup(CohortCrashChild.USERS));
        }
        if (verb.equals("approve") && town.status(CohortCrashChild.id(town)).missing() == 0) {
            return town.status(CohortCrashChild.id(town));
        }
        return CohortCrashChild.run(town, verb);
    }

    /** What became of each user, and what live holds; names of restores and hashes left out. */
    private static String result(Town town, CohortReport report) {
        StringBuilder text = new StringBuilder();
        for (CohortMember one : report.members()) {
            text.append(one.user() + " " + one.state() + " " + one.why() + " " + one.staged() + " " + one.verdicts()
                    + " " + one.planned() + " " + one.merged() + " " + one.undone() + "\n");
        }
        return text.append(report.summary())
                .append(" approved by ")
                .append(report.approvals().stream().map(one -> one.by()).toList())
                .append(" live ")
                .append(town.mail())
                .toString();
    }

    private static int child(Path work, Path output, String... verbAndStep) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CohortCrashChild.class.getName(),
                work.toString()));
        command.addAll(List.of(verbAndStep));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
