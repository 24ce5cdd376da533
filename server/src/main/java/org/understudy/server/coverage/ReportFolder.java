package org.understudy.server.coverage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.job.OnDisk;
import org.understudy.server.ledger.Csv;

/** Writes what resellers are told: for each a page, a table and a letter, with their own users and nobody else's. */
public final class ReportFolder {
    private ReportFolder() {}

    /** @param file its name without the ending */
    public record Part(String reseller, String file, long users, long names) {}

    /**
     * Writes {@code RESELLER.html}, {@code .csv} and {@code .txt} for each reseller with affected users, and {@code index.html}
     * for the operator. What is there under these names is replaced.
     *
     * @throws org.understudy.storage.OperatorException if a file cannot be written
     */
    public static List<Part> write(Plan plan, Notice notice, Path folder) {
        Map<String, List<Plan.Warned>> byReseller = new TreeMap<>();
        plan.warned()
                .forEach(one -> byReseller
                        .computeIfAbsent(one.reseller(), reseller -> new ArrayList<>())
                        .add(one));
        List<Part> parts = new ArrayList<>();
        Set<String> taken = new HashSet<>(Set.of("index"));
        byReseller.forEach((reseller, warned) -> {
            String file = fileName(reseller, taken);
            String letter = notice.filled(reseller, plan, warned);
            put(folder.resolve(file + ".html"), ResellerPage.of(reseller, plan, warned, letter));
            put(folder.resolve(file + ".csv"), csv(warned));
            put(folder.resolve(file + ".txt"), letter);
            parts.add(new Part(
                    reseller,
                    file,
                    warned.stream().map(Plan.Warned::user).distinct().count(),
                    warned.stream().map(Plan.Warned::host).distinct().count()));
        });
        put(folder.resolve("index.html"), ResellerPage.index(plan, parts));
        return parts;
    }

    private static String csv(List<Plan.Warned> warned) {
        StringBuilder csv =
                new StringBuilder(Csv.row(List.of("domain", "host", "user", "why", "clients", "logins", "last")));
        for (Plan.Warned one : warned) {
            csv.append(Csv.row(List.of(
                    one.domain(),
                    one.host(),
                    one.user(),
                    ResellerPage.why(one.verdict()),
                    String.join("; ", one.clients()),
                    String.valueOf(one.logins()),
                    one.last().toString())));
        }
        return csv.toString();
    }

    private static String fileName(String reseller, Set<String> taken) {
        String name = reseller.replaceAll("[^A-Za-z0-9.-]+", "_").replaceAll("^[.-]+", "_");
        String free = name;
        for (int i = 2; !taken.add(free.toLowerCase(java.util.Locale.ROOT)); i++) {
            free = name + "-" + i;
        }
        return free;
    }

    private static void put(Path file, String text) {
        try {
            Files.createDirectories(file.resolveSibling("."));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }
}
