package org.understudy.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Certificates follow their files, and a bad one never replaces a good one. */
final class CertificateKeeperTest {
    @TempDir
    private Path folder;

    private final TestAuthority authority = TestAuthority.root("Root");
    private final ServerCertificate standard = authority.host("default.example");
    private final ServerCertificate first = authority.host("mail.example");
    private final ServerCertificate second = authority.host("mail.example");
    private final AtomicReference<CertificatePlan> plan = new AtomicReference<>();
    private final AtomicReference<OperatorException> fault = new AtomicReference<>();
    private CertificatePlan.Entry standardFiles;
    private CertificateKeeper keeper;

    @BeforeEach
    void start() throws Exception {
        standardFiles = new CertificatePlan.Entry(TestAuthority.write(folder, "default", standard), false);
        TestAuthority.write(folder, "mail", first);
        Files.writeString(folder.resolve("list"), "one");
        plan.set(plan(Map.of("mail.example", entry("mail"))));
        keeper = keeper(Duration.ZERO);
    }

    private CertificateKeeper keeper(Duration every) {
        return CertificateKeeper.start(
                TlsTerms.of(TlsEngine.JAVA),
                new CertificateKeeper.Source(
                        this::reread, java.util.List.of(folder.resolve("list")), java.util.List.of()),
                standard,
                every,
                Clock.systemUTC());
    }

    private CertificatePlan reread() {
        OperatorException broken = fault.get();
        if (broken != null) {
            throw broken;
        }
        return plan.get();
    }

    private CertificatePlan plan(Map<String, CertificatePlan.Entry> hosts) {
        SortedMap<String, CertificatePlan.Entry> sorted = new TreeMap<>(hosts);
        return new CertificatePlan(standardFiles, sorted);
    }

    private CertificatePlan.Entry entry(String name) {
        return new CertificatePlan.Entry(
                new CertificateFiles.Pem(folder.resolve(name + ".crt"), folder.resolve(name + ".key"), null), false);
    }

    @AfterEach
    void stop() {
        keeper.close();
    }

    private String shown(String host) {
        return keeper.status().certificates().stream()
                .filter(one -> one.host().equals(host))
                .map(TlsStatus.Shown::fingerprint)
                .findFirst()
                .orElse("");
    }

    private String problem(String host) {
        return keeper.status().certificates().stream()
                .filter(one -> one.host().equals(host))
                .map(TlsStatus.Shown::problem)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void certificateAndKeyAreTakenTogetherHoweverTheyAreWritten() throws Exception {
        Object before = keeper.directory().map("mail.example");
        TestAuthority.replace(
                folder.resolve("mail.crt"), TestAuthority.pem(second.chain().toArray()));
        keeper.look();
        assertThat(shown("mail.example")).isEqualTo(first.fingerprint());
        assertThat(problem("mail.example"))
                .as("between two writes is no fault yet")
                .isEmpty();
        assertThat(keeper.directory().map("mail.example")).isSameAs(before);
        TestAuthority.replace(folder.resolve("mail.key"), TestAuthority.pem(second.key()));
        keeper.look();
        assertThat(shown("mail.example")).isEqualTo(second.fingerprint());
        assertThat(keeper.directory().map("mail.example")).isNotSameAs(before);
        assertThat(keeper.status().reloads()).isEqualTo(1);
        assertThat(keeper.status().failedReloads()).isZero();
    }

    @Test
    void badOneIsNamedOnceAndTheOldOneStays() throws Exception {
        Object before = keeper.directory().map("mail.example");
        TestAuthority.replace(folder.resolve("mail.crt"), "no certificate\n");
        keeper.look();
        keeper.look();
        keeper.look();
        assertThat(problem("mail.example")).contains("mail.crt: expected a certificate between");
        assertThat(keeper.status().failedReloads()).isEqualTo(1);
        assertThat(keeper.directory().map("mail.example")).isSameAs(before);
        assertThat(shown("mail.example")).isEqualTo(first.fingerprint());
        TestAuthority.write(folder, "mail", first);
        keeper.look();
        assertThat(problem("mail.example")).isEmpty();
        assertThat(keeper.directory().map("mail.example"))
                .as("nothing was made anew")
                .isSameAs(before);
        Files.delete(folder.resolve("mail.key"));
        assertThat(keeper.reload().troubles(Clock.systemUTC().instant()))
                .singleElement()
                .asString()
                .contains("mail.example: a newer certificate was not taken up", "mail.key: no such file");
    }

    @Test
    void linksThatAreSwappedAreSeen() throws Exception {
        Path old = Files.createDirectory(folder.resolve("..2026_1"));
        Path fresh = Files.createDirectory(folder.resolve("..2026_2"));
        TestAuthority.write(old, "tls", first);
        TestAuthority.write(fresh, "tls", second);
        Path data = Files.createSymbolicLink(folder.resolve("..data"), old.getFileName());
        Files.createSymbolicLink(folder.resolve("tls.crt"), Path.of("..data/tls.crt"));
        Files.createSymbolicLink(folder.resolve("tls.key"), Path.of("..data/tls.key"));
        plan.set(plan(Map.of("mail.example", entry("tls"))));
        keeper.reload();
        assertThat(shown("mail.example")).isEqualTo(first.fingerprint());
        Path swapped = Files.createSymbolicLink(folder.resolve("..data_tmp"), fresh.getFileName());
        Files.move(swapped, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        keeper.look();
        assertThat(shown("mail.example")).isEqualTo(second.fingerprint());
    }

    @Test
    void listOfHostsIsTakenOverWhenItIsWholeAndSound() throws Exception {
        TestAuthority.write(folder, "new", authority.host("new.example"));
        plan.set(plan(Map.of("new.example", entry("new"))));
        Files.writeString(folder.resolve("list"), "two");
        keeper.look();
        assertThat(keeper.directory().hosts()).as("perhaps still being written").containsExactly("mail.example");
        keeper.look();
        assertThat(keeper.directory().hosts()).containsExactly("new.example");
        fault.set(new OperatorException(Reason.CONFIG, "line 3 is off", "mend it"));
        Files.writeString(folder.resolve("list"), "three");
        keeper.look();
        keeper.look();
        assertThat(keeper.status().problem()).isEqualTo("line 3 is off");
        assertThat(keeper.directory().hosts()).containsExactly("new.example");
        fault.set(null);
        assertThat(keeper.reload().problem()).isEmpty();
    }

    @Test
    void newHostWithBadFilesShowsTheDefaultAndSaysWhy() {
        plan.set(plan(Map.of("mail.example", entry("mail"), "new.example", entry("none"))));
        TlsStatus status = keeper.reload();
        assertThat(status.certificates())
                .anyMatch(one -> one.host().equals("new.example")
                        && one.notAfter() == null
                        && one.problem().contains("none.crt: no such file"));
        assertThat(keeper.directory().map("new.example"))
                .isSameAs(keeper.directory().map(null));
    }

    @Test
    void looksByItself() throws Exception {
        keeper.close();
        keeper = keeper(Duration.ofMillis(20));
        TestAuthority.write(folder, "mail", second);
        await().atMost(Duration.ofSeconds(30)).until(() -> shown("mail.example").equals(second.fingerprint()));
    }
}
