package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.shadow.ShadowStore;

/**
 * Kills a process after each kind of step of staging, merging and undoing, the first and the last time that it passes
 * one, and lets another go on: the result is the one of a run that nobody disturbed, and both stores are sound.
 */
class RestoreCrashTest {
    private static final long SEED = 20_260_527;
    private static final int ITEMS = 1_400;

    @TempDir
    static Path folder;

    /** State of the data folder before a verb. */
    private static final Map<String, Path> BEFORE = new TreeMap<>();

    private static final Map<String, Map<String, Map<Long, String>>> EXPECTED = new TreeMap<>();
    private static final Map<String, Map<Steps.Step, Integer>> PASSED = new TreeMap<>();

    @BeforeAll
    static void runUndisturbed() throws Exception {
        Path work = folder.resolve("work");
        Files.createDirectory(work);
        Map<Steps.Step, Integer> passed = new EnumMap<>(Steps.Step.class);
        Steps counting = step -> passed.merge(step, 1, Integer::sum);
        GeneratedSource source = source();
        try (Rehearsal on = new Rehearsal(work, source, counting)) {
            LiveHistory.make(on, source, new Random(SEED));
        }
        for (String verb : List.of("stage", "merge", "undo")) {
            Path before = folder.resolve("before-" + verb);
            copy(work, before);
            BEFORE.put(verb, before);
            try (Rehearsal on = new Rehearsal(work, source, counting)) {
                passed.clear();
                CrashChild.run(on, verb);
                PASSED.put(verb, new EnumMap<>(passed));
                EXPECTED.put(verb, result(on, verb));
                if (verb.equals("stage")) {
                    String id = CrashChild.id(on);
                    on.validate(id);
                    on.approve(id, on.preview(id, policy()).hash(), "ada");
                }
            }
        }
        assertThat(PASSED.get("stage")).containsKey(Steps.Step.RUN_COMMITTED);
        assertThat(PASSED.get("merge"))
                .containsKeys(
                        Steps.Step.BODIES_WRITTEN,
                        Steps.Step.MAILBOX_INTENDED,
                        Steps.Step.MESSAGES_MERGED,
                        Steps.Step.FLAGS_MERGED);
        assertThat(PASSED.get("undo"))
                .containsKeys(Steps.Step.MESSAGES_UNDONE, Steps.Step.FLAGS_UNDONE, Steps.Step.MAILBOX_DELETED);
    }

    @TestFactory
    Stream<DynamicTest> goesOnAfterAKill() {
        List<DynamicTest> tests = new ArrayList<>();
        PASSED.forEach((verb, steps) -> steps.forEach((step, times) -> {
            tests.add(DynamicTest.dynamicTest(verb + " after the first " + step, () -> killAndGoOn(verb, step, 1)));
            if (times > 1) {
                tests.add(DynamicTest.dynamicTest(
                        verb + " after the last " + step, () -> killAndGoOn(verb, step, times)));
            }
        }));
        return tests.stream();
    }

    private static void killAndGoOn(String verb, Steps.Step step, int time) throws Exception {
        Path work = folder.resolve(verb + "-" + step + "-" + time);
        copy(BEFORE.get(verb), work);
        Path output = folder.resolve("output");
        int exit = child(work, output, verb, step.name(), Integer.toString(time));
        assertThat(exit).as(Files.readString(output)).isEqualTo(CrashChild.KILLED);
        try (Rehearsal on = new Rehearsal(work, source(), Steps.UNWATCHED)) {
            goOn(on, verb);
            assertThat(result(on, verb)).isEqualTo(EXPECTED.get(verb));
            if (!verb.equals("stage")) {
                provenInSpiteOfTheKill(on, verb);
            }
            try (ShadowStore shadow = shadow(on)) {
                Rehearsal.fsck(shadow.store());
            }
        }
        delete(work);
    }

    /** The log of before the kill is in the archive, so the proof covers all of it. */
    private static void provenInSpiteOfTheKill(Rehearsal on, String verb) {
        Path restore = on.workplace.restores().resolve(CrashChild.id(on));
        ProofFile.Summary proof =
                ProofFile.read(restore, verb, 1, on.workplace.keys()).orElseThrow();
        assertThat(proof.reasons()).isEmpty();
        assertThat(proof.holds()).isTrue();
        assertThat(proof.written()).isEqualTo(proof.planned()).isPositive();
    }

    /** What an operator, or a starting server, does next. */
    private static void goOn(Rehearsal on, String verb) throws Exception {
        List<RestoreJob> jobs = RestoreJobs.all(on.workplace.restores());
        if (verb.equals("stage")) {
            if (jobs.isEmpty()) {
                on.stage();
            } else {
                on.stage(StageRestore.Request.resume(jobs.getFirst().id()));
            }
            assertThat(on.state(CrashChild.id(on))).isEqualTo(RestoreState.STAGED);
            return;
        }
        List<RestoreRecovery.Resumed> resumed = RestoreRecovery.resumeAll(on.workplace);
        assertThat(resumed).allSatisfy(one -> assertThat(one.failure()).isNull());
        RestoreState wanted = verb.equals("merge") ? RestoreState.MERGED : RestoreState.UNDONE;
        if (on.state(CrashChild.id(on)) != wanted) {
            assertThat(resumed).isEmpty();
            CrashChild.run(on, verb);
        }
        assertThat(on.state(CrashChild.id(on))).isEqualTo(wanted);
    }

    private static MergePolicy policy() {
        MergePolicy base = MergePolicy.defaults();
        return new MergePolicy(
                base.verdicts(),
                base.suspect(),
                base.quarantine(),
                base.duplicates(),
                MergePolicy.FlagChoice.UNION,
                base.target(),
                base.restored(),
                false,
                true,
                false,
                Map.of(),
                base.users(),
                List.of(),
                null,
                null,
                false,
                null,
                null);
    }

    private static GeneratedSource source() {
        return GeneratedSource.random(SEED, ITEMS, false);
    }

    private static ShadowStore shadow(Rehearsal on) {
        return ShadowStore.openExisting(on.workplace.shadows(), CrashChild.id(on), Rehearsal.CLOCK);
    }

    /** Live as users see it; after staging, the shadow with all that is known of its items. */
    private static Map<String, Map<Long, String>> result(Rehearsal on, String verb) throws Exception {
        if (!verb.equals("stage")) {
            return StoreExport.visible(on.live);
        }
        try (ShadowStore shadow = shadow(on)) {
            Map<String, Map<Long, String>> all = StoreExport.visible(shadow.store());
            shadow.mailboxes().forEach(mailbox -> {
                Map<Long, String> evidence = new TreeMap<>();
                shadow.evidence(mailbox.id(), (uid, one) -> evidence.put(uid, RestoreJson.write(one)));
                all.put("evidence of " + mailbox.source(), evidence);
            });
            Map<Long, String> outcomes = new TreeMap<>();
            shadow.outcomes().forEach(one -> outcomes.put(one.ordinal(), RestoreJson.write(one)));
            all.put("outcomes", outcomes);
            all.put("notes", Map.of(0L, StoreExport.sha256(Files.readAllBytes(shadow.notes()))));
            all.put("totals", new TreeMap<>(Map.of(0L, shadow.totals().text())));
            return all;
        }
    }

    private static int child(Path work, Path output, String... verbAndStep) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                CrashChild.class.getName(),
                work.toString(),
                Long.toString(SEED),
                Integer.toString(ITEMS)));
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
