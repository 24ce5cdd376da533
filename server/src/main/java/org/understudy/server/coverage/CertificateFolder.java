package org.understudy.server.coverage;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.understudy.restore.job.OnDisk;
import org.understudy.server.tls.CertificatePlan;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads the certificates of servers from PEM files; keys in them are not looked at, and those of authorities left out. */
public final class CertificateFolder {
    private static final Pattern BLOCK = Pattern.compile(
            "-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----.*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----",
            Pattern.DOTALL);
    private static final List<String> ENDINGS = List.of(".pem", ".crt", ".cer", ".cert");
    private static final int DEPTH = 4;
    private static final long LARGEST = 1 << 20;

    private CertificateFolder() {}

    /**
     * The first server's certificate of each file; in folders, of all files that end in .pem, .crt, .cer or .cert.
     *
     * @throws OperatorException if a file that was named cannot be read or holds none
     */
    public static List<CertificateAtHand> read(List<Path> places) {
        List<CertificateAtHand> found = new ArrayList<>();
        for (Path place : places) {
            if (Files.isDirectory(place)) {
                files(place).forEach(file -> first(file).ifPresent(found::add));
            } else {
                found.add(first(place)
                        .orElseThrow(() -> new OperatorException(
                                Reason.SOURCE,
                                place + ": no certificate of a server in it",
                                "Give PEM files with a -----BEGIN CERTIFICATE----- block, or folders of them.")));
            }
        }
        return distinct(found);
    }

    /**
     * Those that a server shows. Passed over are those that it has yet to order or to make.
     *
     * @param own the one that a server makes at its first start where none is configured
     * @throws OperatorException if one cannot be read
     */
    public static List<CertificateAtHand> planned(CertificatePlan plan, Path own) {
        List<CertificateAtHand> found = new ArrayList<>();
        List<CertificatePlan.Entry> entries = new ArrayList<>(List.of(plan.standard()));
        entries.addAll(plan.hosts().values());
        for (CertificatePlan.Entry entry : entries) {
            List<Path> files = entry.files().all();
            boolean awaited = entry.coming() || files.contains(own);
            if (!awaited || files.stream().allMatch(Files::exists)) {
                found.add(CertificateAtHand.of(
                        files.getFirst(), entry.files().read().chain().getFirst()));
            }
        }
        return distinct(found);
    }

    private static List<CertificateAtHand> distinct(List<CertificateAtHand> found) {
        found.sort(Comparator.comparing(CertificateAtHand::place));
        List<String> ids = new ArrayList<>();
        return found.stream()
                .filter(one -> !ids.contains(one.id()) && ids.add(one.id()))
                .toList();
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> files = Files.walk(folder, DEPTH)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(file.toString().toLowerCase(Locale.ROOT)::endsWith))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw OnDisk.failure("cannot look into " + folder, e);
        }
    }

    private static Optional<CertificateAtHand> first(Path file) {
        try {
            if (Files.size(file) > LARGEST) {
                return Optional.empty();
            }
            Matcher block = BLOCK.matcher(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            while (block.find()) {
                byte[] pem = block.group()
                        .replaceAll("(?:TRUSTED |X509 )CERTIFICATE", "CERTIFICATE")
                        .getBytes(StandardCharsets.US_ASCII);
                if (factory.generateCertificate(new ByteArrayInputStream(pem)) instanceof X509Certificate certificate
                        && certificate.getBasicConstraints() < 0) {
                    return Optional.of(CertificateAtHand.of(file, certificate));
                }
            }
            return Optional.empty();
        } catch (NoSuchFileException e) {
            throw new OperatorException(Reason.NOT_FOUND, file + ": no such file", "Check the path.", e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        } catch (CertificateException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    file + ": a certificate in it cannot be read: " + e.getMessage(),
                    "Look at it with 'openssl x509 -text -in FILE'.",
                    e);
        }
    }
}
