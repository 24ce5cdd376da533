package org.understudy.restore.validate;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.understudy.restore.validate.Corpus.Mail;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Measures the checks on real mail, whole and damaged: {@code DamageTrial CORPUS [SEED [ROUNDS]]}. Prints how often each
 * finding comes up on whole mail, and how each kind of damage is graded with and without the sizes in file names.
 */
final class DamageTrial {
    private DamageTrial() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException {
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 400;
        List<Mail> mails = Corpus.at(Path.of(arguments[0])).all();
        Validator validator = Validator.standard();
        speed(validator, mails);
        clean(validator, mails);
        System.out.println("\nseed " + seed + ", " + rounds + " damaged messages a row\n");
        List<Mail> real = mails.stream().filter(mail -> !mail.fixture()).toList();
        damaged(validator, real, seed, rounds, true);
        damaged(validator, real, seed, rounds, false);
    }

    private static void speed(Validator validator, List<Mail> mails) {
        long octets = mails.stream().mapToLong(mail -> mail.bytes().length).sum();
        for (int i = 0; i < 4; i++) {
            long start = System.nanoTime();
            long cpuStart = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            mails.forEach(mail -> Corpus.validate(validator, mail));
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpu = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpuStart) / 1e9;
            System.out.printf(
                    "%d messages, %.1f MB: %.2f s, %.2f s of CPU, %.0f MB a CPU second%n",
                    mails.size(), octets / 1e6, seconds, cpu, octets / 1e6 / cpu);
        }
    }

    private static void clean(Validator validator, List<Mail> mails) {
        Map<String, Map<Verdict, Integer>> verdicts = new LinkedHashMap<>();
        Map<String, Map<String, Integer>> kinds = new TreeMap<>();
        List<String> examples = new ArrayList<>();
        for (Mail mail : mails) {
            Validation validation = Corpus.validate(validator, mail);
            verdicts.computeIfAbsent(mail.archive(), a -> new EnumMap<>(Verdict.class))
                    .merge(validation.verdict(), 1, Integer::sum);
            for (Finding finding : validation.findings()) {
                if (finding.strength() == Strength.SUPPORT) {
                    continue;
                }
                String kind = finding.strength().word() + " " + finding.check() + ": "
                        + finding.what().replaceAll("\\d+", "#");
                kinds.computeIfAbsent(kind, k -> new TreeMap<>())
                        .merge(mail.fixture() ? "fixtures" : "mail", 1, Integer::sum);
            }
            if (validation.verdict() == Verdict.DAMAGED || validation.verdict() == Verdict.SUSPECT && !mail.fixture()) {
                examples.add(validation.verdict().word() + " " + mail.name() + " " + against(validation));
            }
        }
        System.out.println("\nwhole mail");
        verdicts.forEach((archive, counts) -> System.out.println("  " + archive + " " + counts));
        kinds.forEach((kind, counts) -> System.out.println("  " + counts + " " + kind));
        examples.forEach(System.out::println);
    }

    private static List<String> against(Validation validation) {
        return validation.findings().stream()
                .filter(finding -> finding.strength().compareTo(Strength.DOUBT) >= 0)
                .map(finding -> finding.check() + "@" + finding.place().text() + ": " + finding.what())
                .toList();
    }

    private static void damaged(Validator validator, List<Mail> mails, long seed, int rounds, boolean witnesses) {
        System.out.printf(
                "%-34s %8s %8s %10s %8s   seen%n",
                witnesses ? "with sizes in file names" : "no sizes known",
                "damaged",
                "suspect",
                "consistent",
                "PROVEN");
        for (Damage damage : Damage.values()) {
            Random random = new Random(seed * 31 + damage.ordinal());
            Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
            int done = 0;
            for (int tries = 0; done < rounds && tries < rounds * 50; tries++) {
                Mail mail = mails.get(random.nextInt(mails.size()));
                if (witnesses && mail.witnesses().isEmpty()) {
                    continue;
                }
                Mail other = mails.get(random.nextInt(mails.size()));
                byte[] changed = damage.apply(mail.bytes(), other.bytes(), random);
                if (changed == null || java.util.Arrays.equals(changed, mail.bytes())) {
                    continue;
                }
                done++;
                counts.merge(
                        Corpus.validate(validator, mail.with(changed, witnesses))
                                .verdict(),
                        1,
                        Integer::sum);
            }
            int caught = counts.getOrDefault(Verdict.DAMAGED, 0) + counts.getOrDefault(Verdict.SUSPECT, 0);
            System.out.printf(
                    "%-34s %8d %8d %10d %8d   %.0f %%%n",
                    damage.text(),
                    counts.getOrDefault(Verdict.DAMAGED, 0),
                    counts.getOrDefault(Verdict.SUSPECT, 0),
                    counts.getOrDefault(Verdict.CONSISTENT, 0),
                    counts.getOrDefault(Verdict.PROVEN, 0),
                    done == 0 ? 0.0 : 100.0 * caught / done);
        }
        System.out.println();
    }

    static int bodyOffset(byte[] mail) {
        String text = new String(mail, StandardCharsets.ISO_8859_1);
        int crlf = text.indexOf("\r\n\r\n");
        int lf = text.indexOf("\n\n");
        return crlf >= 0 && (lf < 0 || crlf < lf) ? crlf + 4 : lf < 0 ? mail.length : lf + 2;
    }
}
