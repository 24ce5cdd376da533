package org.understudy.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disaster of the demonstration, from the loss to the undo, by people who click. */
@Timeout(600)
class DisasterInTheBrowserTest {
    @TempDir
    Path folder;

    @Test
    void fromTheLossToTheUndo() throws Exception {
        assumeTrue(Browser.present(), "Chromium is not installed as " + Browser.CHROMIUM);
        try (StageServer stage = StageServer.start(folder.resolve("data"), 60);
                Browser browser = new Browser(stage.base)) {
            Page engineer = browser.loggedIn(StageServer.ENGINEER);
            Pictures.of(engineer, "overview");
            engineer.click("nav >> text=Loss");
            engineer.waitForSelector("table.heat");
            assertThat(engineer.textContent("h1")).contains("administrators expunged", "January to May");
            assertThat(engineer.textContent("table.heat")).contains("ada", "farah", "2026-05");
            Pictures.of(engineer, "loss");
            engineer.click("table.heat >> text=ada");
            assertThat(engineer.textContent("h1")).contains("ada");
            Pictures.of(engineer, "loss-user");
            engineer.goBack();

            engineer.click("text=Begin a restore from it");
            assertThat(engineer.inputValue("#users")).isEqualTo("ada, farah");
            Pictures.of(engineer, "begin");
            engineer.click("text=Stage it");
            engineer.waitForSelector("text=the source lies in the shadow");
            String restore = engineer.url().substring(engineer.url().lastIndexOf('/') + 1);
            engineer.click("section.next button");
            engineer.waitForSelector("h1:has-text('every message has its verdict')");
            engineer.waitForSelector("text=Every item of the source is in one bin");
            Pictures.of(engineer, "validated");

            listed(engineer, stage, restore);

            engineer.click("text=Make the plan");
            engineer.waitForSelector("h1:has-text('a plan waits for approval')");
            assertThat(engineer.textContent("section.next")).contains("Approvers can do this");
            engineer.click("text=Look at the plan");
            engineer.waitForSelector("h1:has-text('to add')");
            Pictures.of(engineer, "plan");

            approve(browser, stage, restore);

            engineer.navigate(stage.base + "/console/restores/" + restore);
            Pictures.of(engineer, "approved");
            engineer.click("text=Merge into live mail");
            engineer.waitForSelector("text=Merge 1: proof passed, signed");
            Pictures.of(engineer, "merged");
            engineer.click("text=Undo the merge");
            engineer.waitForSelector("text=Undo 1: proof passed, signed");
            assertThat(engineer.textContent("h1")).isEqualTo("The merge was taken back");
            Pictures.of(engineer, "undone");
            engineer.click("text=Pack it");
            engineer.waitForSelector("text=Download evidence-");
            assertThat(engineer.waitForDownload(() -> engineer.click("text=Download evidence-"))
                            .suggestedFilename())
                    .isEqualTo("evidence-" + restore + ".tar.gz");
            String message = damaged(engineer, stage, browser);
            rest(engineer, browser, stage);
            assertThat(browser.faults).isEmpty();
            assertThat(examined(browser, stage, restore, message)).isEmpty();
        }
    }

    private static void listed(Page engineer, StageServer stage, String restore) {
        engineer.click("text=Verdicts of all messages");
        assertThat(engineer.textContent("table")).contains("proven", "ada, ");
        Pictures.of(engineer, "verdicts");
        engineer.goBack();
        engineer.click("main >> text=unsound");
        assertThat(engineer.textContent("ul.flaws")).contains("unreadable");
        Pictures.of(engineer, "unsound");
        engineer.navigate(stage.base + "/console/restores/" + restore);
    }

    /** Of another backup: an engineer sees the place in the text; a viewer sees the evidence and no text. */
    private String damaged(Page engineer, StageServer stage, Browser browser) throws IOException {
        Path maildir = folder.resolve("backup/ada/Maildir");
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectories(maildir.resolve(part));
        }
        byte[] mail = ("From: bruno@example.org\nTo: ada@example.org\nSubject: minutes\n"
                        + "Date: Tue, 3 Mar 2026 10:00:00 +0000\nMessage-ID: <minutes@example.org>\n\n"
                        + "The minutes of the meeting, line by line.\n".repeat(400))
                .getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(mail, 4096, 8192, (byte) 0);
        Files.write(maildir.resolve("cur/1772532000.M1P1.host,S=" + mail.length + ":2,S"), mail);
        Page admin = browser.loggedIn(StageServer.ADMIN);
        admin.navigate(stage.base + "/console/restores/new");
        admin.fill("#location", folder.resolve("backup/ada/Maildir").toString());
        admin.click("text=Stage it");
        admin.waitForSelector("text=the source lies in the shadow");
        admin.click("section.next button");
        admin.waitForSelector("h1:has-text('every message has its verdict')");
        String restore = admin.url();
        engineer.navigate(restore);
        engineer.click("main >> text=unsound");
        engineer.click("ul.flaws >> a >> nth=0");
        assertThat(engineer.textContent("h1")).contains("damaged", "UID 1");
        assertThat(engineer.textContent("main")).contains("Evidence", "contradiction");
        assertThat(engineer.textContent("pre mark >> nth=0")).contains("\\x00\\x00");
        Pictures.of(engineer, "message");
        String message = engineer.url();
        Page viewer = browser.loggedIn(StageServer.VIEWER);
        viewer.navigate(message);
        assertThat(viewer.textContent("main")).contains("shown to engineers and admins only", "contradiction");
        assertThat(viewer.locator("pre").count()).isZero();
        viewer.context().close();
        admin.click("text=Make the plan");
        admin.waitForSelector("h1:has-text('a plan waits for approval')");
        admin.click("text=Approve this plan as olga");
        assertThat(admin.textContent("[role=alert]")).contains("olga began this restore", "neither may be who did");
        Pictures.of(admin, "same-person");
        admin.context().close();
        return message;
    }

    /** An admin may approve, but not what the admin has begun; then two others do. */
    private static void approve(Browser browser, StageServer stage, String restore) {
        String page = stage.base + "/console/restores/" + restore;
        Page approver = browser.loggedIn(StageServer.APPROVER);
        approver.navigate(page);
        Pictures.of(approver, "approve");
        approver.click("text=Approve this plan as bea");
        assertThat(approver.textContent(".said")).contains("One more person must");
        approver.click("text=Approve this plan as bea");
        assertThat(approver.textContent("[role=alert]")).contains("has approved this plan already");
        Pictures.of(approver, "refused");
        Page second = browser.loggedIn(StageServer.SECOND);
        second.navigate(page);
        second.click("text=Approve this plan as carl");
        assertThat(second.textContent(".said")).contains("It can be merged now");
        approver.context().close();
        second.context().close();
    }

    /** Every page, looked at by axe-core. */
    private static List<String> examined(Browser browser, StageServer stage, String restore, String message) {
        List<String> faults = new ArrayList<>();
        Page admin = browser.window(true);
        admin.navigate(stage.base + "/console/login");
        faults.addAll(Examiner.faults(admin));
        browser.login(admin, StageServer.ADMIN);
        String own = "restores/" + restore;
        for (String path : List.of(
                "",
                "restores",
                "restores/new",
                own,
                own + "/unsound",
                own + "/verdicts",
                "loss",
                "loss/user?name=ada",
                "snapshots",
                "watch",
                "certificates",
                "certificates/ledger",
                "certificates/guard",
                "migrations",
                "migrations/cluster-2",
                "users",
                "audit",
                "nothing")) {
            admin.navigate(stage.base + "/console/" + path);
            faults.addAll(Examiner.faults(admin));
        }
        admin.navigate(message);
        faults.addAll(Examiner.faults(admin));
        return faults;
    }

    private static void rest(Page engineer, Browser browser, StageServer stage) throws Exception {
        StageServer.migration(stage.server.workplace());
        StageServer.ledger(stage.server.workplace().dataFolder());
        for (String path : new String[] {
            "restores",
            "snapshots",
            "watch",
            "users",
            "certificates",
            "certificates/ledger",
            "certificates/guard",
            "migrations",
            "migrations/cluster-2"
        }) {
            engineer.navigate(stage.base + "/console/" + path);
            Pictures.of(engineer, path.replace('/', '-'));
        }
        engineer.waitForSelector("#users");
        assertThat(engineer.textContent("main")).contains("Phases", "migrant00001", "the resolver was down");
        engineer.navigate(stage.base + "/console/certificates?cutover=2031-01-01");
        engineer.waitForSelector("#warned");
        assertThat(engineer.textContent("h1")).contains("would be warned on 2031-01-01");
        assertThat(engineer.textContent("#warned")).contains("imap1.brand1.example");
        engineer.navigate(stage.base + "/console/certificates/guard?names=*.brand2.example");
        engineer.waitForSelector("main table");
        assertThat(engineer.textContent("h1")).contains("still carry traffic");
        Page admin = browser.loggedIn(StageServer.ADMIN);
        admin.navigate(stage.base + "/console/audit");
        assertThat(admin.textContent("main")).contains("not verified since the server started");
        admin.click("text=Verify the chain");
        admin.waitForSelector("text=Look at what came of it");
        admin.click("text=Look at what came of it");
        assertThat(admin.textContent(".said.good")).contains("The chain holds");
        assertThat(admin.textContent("table.audit")).contains("restore.merge", "user:erin");
        Pictures.of(admin, "audit");
        admin.click("text=Log out");
        admin.waitForSelector("#password");
        Pictures.of(admin, "login");
    }
}
