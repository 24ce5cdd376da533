package org.understudy.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.log.ArchiveLog;

/** The console as a browser without scripts, or somebody with bad intentions, meets it. */
@Timeout(300)
class ConsoleTest {
    private static final int RESTORES = 1_000;
    private static final int LARGEST_PAGE = 200_000;

    @TempDir
    static Path folder;

    private static StageServer stage;

    @BeforeAll
    static void start() throws Exception {
        stage = StageServer.start(folder.resolve("data"), 10);
        Path restores = stage.server.workplace().restores();
        for (int i = 0; i < RESTORES; i++) {
            RestoreJob job = new RestoreJob(
                    String.format("r-20260101-%04x", i),
                    RestoreState.STAGED,
                    new RestoreJob.Source("maildir", "/backup/" + i, Map.of(), Set.of("user" + i)),
                    0,
                    Instant.EPOCH.plusSeconds(i),
                    Instant.EPOCH.plusSeconds(i),
                    1,
                    null,
                    List.of(),
                    1,
                    null,
                    null);
            JobFolder.create(restores, job, Steps.UNWATCHED).close();
        }
    }

    @AfterAll
    static void stop() {
        stage.close();
    }

    private record Visitor(String cookie, String formToken) {}

    private static HttpResponse<String> send(String method, String path, String cookie, String body, String... headers)
            throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(stage.base + path))
                    .method(
                            method,
                            method.equals("GET")
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            if (!method.equals("GET")) {
                request.header("Content-Type", "application/x-www-form-urlencoded");
            }
            if (!cookie.isEmpty()) {
                request.header("Cookie", cookie);
            }
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static Visitor enter(Role role) throws Exception {
        HttpResponse<String> answer = send(
                "POST",
                "/console/login",
                "",
                "name=" + StageServer.account(role) + "&to=&password=" + StageServer.PASSWORD.replace(' ', '+'));
        assertThat(answer.statusCode()).isEqualTo(303);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/console");
        String pair = cookie.substring(0, cookie.indexOf(';'));
        Matcher token = Pattern.compile("name=\"form\" value=\"([0-9a-f]{64})\"")
                .matcher(send("GET", "/console", pair, "").body());
        assertThat(token.find()).isTrue();
        return new Visitor(pair, token.group(1));
    }

    /** All routes, with the names of things that there are not. */
    private static List<Place> places() {
        return places(stage);
    }

    /** All routes of a server's console. */
    static List<Place> places(StageServer stage) {
        WebConsole console = new WebConsole(
                new ConsoleSetup(
                        "1.0.0",
                        stage.server.workplace(),
                        List.of(),
                        () -> stage.server.status(),
                        org.understudy.server.audit.AuditLog.none(),
                        stage.server.accounts(),
                        new Staff(new org.understudy.server.config.Configuration.Roles(
                                new java.util.TreeSet<>(), new java.util.TreeSet<>())),
                        () -> 0),
                new SecureRandom());
        return console.places();
    }

    private static String filled(Place place) {
        return place.path().contains("/work/")
                ? place.path().replace("{id}", "w-0123456789abcdef")
                : place.path().replace("{id}", "r-20990101-ffff").replace("{name}", "nothing");
    }

    @Test
    void nobodyReachesAnyRouteWithoutLoggingIn() throws Exception {
        for (Place place : places()) {
            if (place.role() != null) {
                HttpResponse<String> answer = send(place.method(), filled(place), "", "form=x");
                assertThat(answer.statusCode())
                        .as(place.method() + " " + place.path())
                        .isEqualTo(place.method().equals("GET") ? 303 : 401);
            }
        }
    }

    @Test
    void eachRouteIsForItsRoleAndThoseAboveIt() throws Exception {
        for (Role role : Role.values()) {
            Visitor visitor = enter(role);
            for (Place place : places()) {
                Role needed = place.role();
                if (needed == null || place.path().endsWith("/logout")) {
                    continue;
                }
                HttpResponse<String> answer =
                        send(place.method(), filled(place), visitor.cookie(), "form=" + visitor.formToken());
                String what = role + " " + place.method() + " " + place.path() + ": " + answer.body();
                if (role.covers(needed)) {
                    assertThat(answer.statusCode()).as(what).isNotIn(401, 403, 500);
                } else {
                    assertThat(answer.statusCode()).as(what).isEqualTo(403);
                    assertThat(answer.body()).contains("has the role " + role.word());
                }
            }
        }
    }

    @Test
    void aFormOfAnotherPageIsRefused() throws Exception {
        Visitor engineer = enter(Role.ENGINEER);
        String hold = "/console/snapshots/hold";
        List<HttpResponse<String>> refused = new ArrayList<>();
        refused.add(send("POST", hold, engineer.cookie(), "because=evil"));
        refused.add(send(
                "POST",
                hold,
                engineer.cookie(),
                "because=evil&form=" + enter(Role.ENGINEER).formToken()));
        refused.add(send(
                "POST",
                hold,
                engineer.cookie(),
                "because=evil&form=" + engineer.formToken(),
                "Sec-Fetch-Site",
                "cross-site"));
        refused.add(send(
                "POST",
                hold,
                engineer.cookie(),
                "because=evil&form=" + engineer.formToken(),
                "Origin",
                "https://evil.example"));
        assertThat(refused).allSatisfy(answer -> assertThat(answer.statusCode()).isEqualTo(403));
        assertThat(send("GET", "/console/snapshots", engineer.cookie(), "").body())
                .contains("Retention is not frozen");
    }

    @Test
    void theLogsSpansAreShownAndWhatBreaksThem() throws Exception {
        Visitor viewer = enter(Role.VIEWER);
        Workplace workplace = stage.server.workplace();
        new ArchiveLog().run(new ArchiveLog.Request(), workplace, Progress.SILENT);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> moments(viewer), section -> section.matches("(?s).*<li>\\S+Z to \\S+Z</li>.*"));
        Path newest;
        try (Stream<Path> segments =
                Files.list(workplace.dataFolder().resolve("repository").resolve("logs"))) {
            newest = segments.max(Comparator.naturalOrder()).orElseThrow();
        }
        byte[] whole = Files.readAllBytes(newest);
        Files.delete(newest);
        Files.write(newest, Arrays.copyOf(whole, whole.length - 1));
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> moments(viewer), section -> section.contains("The log is not whole."));
            assertThat(moments(viewer)).contains("logs/" + newest.getFileName() + ": Moments", "cannot be reached");
        } finally {
            Files.write(newest, whole);
        }
    }

    private static String moments(Visitor visitor) throws Exception {
        String page = send("GET", "/console/snapshots", visitor.cookie(), "").body();
        return page.replaceFirst("(?s).*(<section id=\"moments\".*?</section>).*", "$1");
    }

    @Test
    void everyAnswerForbidsWhatABrowserMustNotDo() throws Exception {
        Visitor viewer = enter(Role.VIEWER);
        for (String path : List.of(
                "/console",
                "/console/login",
                "/console/nothing",
                "/console/static/console.css",
                "/console/static/none")) {
            HttpResponse<String> answer = send("GET", path, viewer.cookie(), "");
            String policy =
                    answer.headers().firstValue("Content-Security-Policy").orElse("");
            assertThat(policy).as(path).contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'");
            assertThat(policy).doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("same-origin");
            if (!path.startsWith("/console/static/console")) {
                assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
            }
            assertThat(answer.body()).doesNotContain("<script>", " style=\"", "onclick");
        }
    }

    @Test
    void aSessionEndsWithLoggingOut() throws Exception {
        Visitor viewer = enter(Role.VIEWER);
        assertThat(send("POST", "/console/logout", viewer.cookie(), "form=" + viewer.formToken())
                        .statusCode())
                .isEqualTo(303);
        assertThat(send("GET", "/console", viewer.cookie(), "").statusCode()).isEqualTo(303);
    }

    @Test
    void wrongPasswordsAndAccountsWithoutARoleSayTheSame() throws Exception {
        HttpResponse<String> wrong = send("POST", "/console/login", "", "name=nobody1&password=x");
        HttpResponse<String> user =
                send("POST", "/console/login", "", "name=ada&password=" + StageServer.PASSWORD.replace(' ', '+'));
        assertThat(List.of(wrong, user)).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.body()).contains("Name and password do not belong together");
            assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
        });
    }

    @Test
    void theTokenOfTheDataFolderLetsIn() throws Exception {
        String token = Files.readString(folder.resolve("data/admin.token")).strip();
        HttpResponse<String> answer = send("POST", "/console/login", "", "token=" + token);
        assertThat(answer.statusCode()).isEqualTo(303);
        assertThat(send("POST", "/console/login", "", "token=" + token.replace('a', 'b'))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aLinkCannotLeadAwayAfterLoggingIn() throws Exception {
        for (String to : List.of("https://evil.example/", "//evil.example", "/console/../v1/status", "/v1/status")) {
            HttpResponse<String> answer = send(
                    "POST",
                    "/console/login",
                    "",
                    "name=" + StageServer.VIEWER + "&password=" + StageServer.PASSWORD.replace(' ', '+') + "&to="
                            + Shown.encoded(to));
            assertThat(answer.headers().firstValue("Location").orElse(""))
                    .as(to)
                    .doesNotContain("evil")
                    .startsWith("/console");
        }
    }

    @Test
    void whatAnAddressSaysIsEscaped() throws Exception {
        Visitor viewer = enter(Role.VIEWER);
        String evil = Shown.encoded("\"><script>alert(1)</script>\u202E");
        for (String path : List.of(
                "/console/restores?words=" + evil,
                "/console/users?words=" + evil,
                "/console/loss/user?name=" + evil,
                "/console/login?to=" + evil)) {
            assertThat(send("GET", path, viewer.cookie(), "").body()).as(path).doesNotContain("<script>alert");
        }
        assertThat(send("GET", "/console/loss/user?name=" + evil, viewer.cookie(), "")
                        .body())
                .doesNotContain("\u202E")
                .contains("\\u{202E}");
    }

    @Test
    void aThousandRestoresAreListedInSmallPages() throws Exception {
        Visitor viewer = enter(Role.VIEWER);
        HttpResponse<String> first = send("GET", "/console/restores", viewer.cookie(), "");
        assertThat(first.body()).contains("1,000 restores", "Page 1 of 20", "r-20260101-03e7");
        assertThat(first.body().getBytes(StandardCharsets.UTF_8).length).isLessThan(LARGEST_PAGE);
        HttpResponse<String> last = send("GET", "/console/restores?page=20", viewer.cookie(), "");
        assertThat(last.body()).contains("Page 20 of 20", "r-20260101-0000");
        assertThat(send("GET", "/console/restores?words=user77", viewer.cookie(), "")
                        .body())
                .contains("11 restores of 1,000", "user777");
    }
}
