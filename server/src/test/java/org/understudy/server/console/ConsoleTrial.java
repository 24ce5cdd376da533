package org.understudy.server.console;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.understudy.restore.pages.PlanIndex;
import org.understudy.restore.pages.ReportIndex;

/**
 * How long the console's pages take, and how large they are, with many restores and one of millions of verdicts: each page at
 * its first view after the server has started, in a process of its own, and then again and again. Ends with 1 if a page is
 * over a limit.
 */
final class ConsoleTrial {
    private static final int TRIES = 21;
    private static final double MOST_MILLIS = 200;
    private static final int MOST_OCTETS = 200_000;
    private static final String OWN = "/console/restores/" + TrialData.LARGE;

    /** Every page of the console; the routes of which none is asked for fail the trial. */
    private static final List<String> PAGES = List.of(
            "/console",
            "/console/running",
            "/console/restores",
            "/console/restores?page=20",
            "/console/restores?words=03e7",
            "/console/restores/new",
            OWN,
            OWN + "/unsound",
            OWN + "/unsound?page=500",
            OWN + "/verdicts",
            OWN + "/verdicts?user=user0500",
            OWN + "/verdicts?after=900-4000",
            OWN + "/message?user=user0500&mailbox=INBOX&uid=100",
            OWN + "/plan",
            OWN + "/plan?page=4000",
            "/console/loss",
            "/console/loss?lost=10",
            "/console/loss/user?name=user0500",
            "/console/snapshots",
            "/console/watch",
            "/console/watch?page=20",
            "/console/certificates",
            "/console/certificates?cutover=2027-01-31&hosts=3",
            "/console/certificates/ledger",
            "/console/certificates/ledger?host=*.brand3.example&page=20",
            "/console/certificates/guard?names=*.brand3.example",
            "/console/migrations",
            "/console/migrations/cluster-2",
            "/console/migrations/cluster-2?page=100",
            "/console/users",
            "/console/users?page=10",
            "/console/audit",
            "/console/audit?before=100000",
            "/console/audit?actor=nobody");

    private ConsoleTrial() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 3 && arguments[0].equals("measure")) {
            System.exit(measure(Path.of(arguments[1]), Boolean.parseBoolean(arguments[2])) ? 0 : 1);
        }
        long verdicts = arguments.length > 0 ? Long.parseLong(arguments[0]) : 5_000_000;
        long steps = arguments.length > 1 ? Long.parseLong(arguments[1]) : verdicts / 5;
        Path data = Files.createTempDirectory("console-trial").resolve("data");
        try (StageServer stage = StageServer.start(data, 10)) {
            TrialData.fill(stage.server.workplace(), verdicts, steps);
        }
        TrialData.audit(data);
        System.out.printf(
                "%,d restores, one of them with %,d verdicts and a plan of %,d steps%n",
                TrialData.RESTORES, verdicts, steps);
        System.out.println();
        System.out.println("Left by a version without indexes: they are made when somebody looks first.");
        boolean well = inProcessOfItsOwn(data, false);
        Path large = data.resolve("restores").resolve(TrialData.LARGE);
        if (ReportIndex.read(large).isEmpty()) {
            ReportIndex.make(large);
        }
        if (!Files.exists(large.resolve(PlanIndex.NAME))) {
            PlanIndex.make(large);
        }
        System.out.println();
        System.out.println("With the indexes that validation and planning leave:");
        well &= inProcessOfItsOwn(data, true);
        System.exit(well ? 0 : 1);
    }

    private static boolean inProcessOfItsOwn(Path data, boolean indexed) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of(ProcessHandle.current().info().command().orElse("java")));
        command.addAll(java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ConsoleTrial.class.getName(),
                "measure",
                data.toString(),
                Boolean.toString(indexed)));
        return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    }

    /** @param content whether a page that says it is being read is over the limit, too */
    private static boolean measure(Path data, boolean content) throws Exception {
        boolean well = true;
        try (StageServer stage = StageServer.again(data);
                HttpClient http = HttpClient.newHttpClient()) {
            await().atMost(Duration.ofMinutes(10))
                    .until(() -> !stage.server.status().loss().running()
                            && stage.server.status().loss().at() != null);
            TrialData.loss(data);
            String cookie = enter(stage, http);
            System.out.printf(
                    "%-62s %9s %9s %9s %8s %s%n", "page", "first ms", "median ms", "worst ms", "kB", "at first view");
            for (String path : PAGES) {
                long[] nanos = new long[TRIES];
                int size = 0;
                boolean waiting = false;
                for (int i = 0; i < TRIES; i++) {
                    long begun = System.nanoTime();
                    HttpResponse<String> answer = http.send(
                            HttpRequest.newBuilder(URI.create(stage.base + path))
                                    .header("Cookie", cookie)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
                    nanos[i] = System.nanoTime() - begun;
                    if (answer.statusCode() != 200) {
                        throw new IllegalStateException(path + " gave " + answer.statusCode() + ": " + answer.body());
                    }
                    size = Math.max(size, answer.body().getBytes(StandardCharsets.UTF_8).length);
                    waiting |= i == 0 && answer.body().contains("being read");
                }
                double first = nanos[0] / 1e6;
                Arrays.sort(nanos);
                double median = nanos[TRIES / 2] / 1e6;
                boolean over = first > MOST_MILLIS || median > MOST_MILLIS || size > MOST_OCTETS;
                System.out.printf(
                        Locale.ROOT,
                        "%-62s %9.1f %9.1f %9.1f %8.1f %s%s%n",
                        path,
                        first,
                        median,
                        nanos[TRIES - 1] / 1e6,
                        size / 1e3,
                        waiting ? "says that it is being read" : "whole",
                        over ? "  OVER THE LIMIT" : "");
                well &= !over;
            }
            well &= covered(stage);
        }
        System.out.println(
                content && well
                        ? "Every page is below 200 ms and 200 kB, at first view too."
                        : well ? "Every page is below 200 ms and 200 kB." : "OVER THE LIMITS: see above.");
        return well;
    }

    /** Whether every page was asked for. */
    private static boolean covered(StageServer stage) {
        boolean all = true;
        for (Place place : ConsoleTest.places(stage)) {
            String path = place.path();
            boolean page = place.method().equals("GET")
                    && !path.endsWith("/login")
                    && !path.contains("/work/")
                    && !path.endsWith("/pack");
            String pattern = path.replaceAll("\\{[a-z]+}", "[^/?]+") + "([?].*)?";
            if (page && PAGES.stream().noneMatch(one -> one.matches(pattern))) {
                System.out.println("NOT MEASURED: " + path);
                all = false;
            }
        }
        return all;
    }

    private static String enter(StageServer stage, HttpClient http) throws IOException, InterruptedException {
        HttpResponse<String> door = http.send(
                HttpRequest.newBuilder(URI.create(stage.base + "/console/login"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                "name=" + StageServer.ADMIN + "&password=" + StageServer.PASSWORD.replace(' ', '+')))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return door.headers().firstValue("Set-Cookie").orElseThrow().replaceAll(";.*", "");
    }
}
