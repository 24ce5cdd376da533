package org.understudy.server.doctor;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.server.config.Configuration;
import org.understudy.server.tls.CertificateFiles;
import org.understudy.server.tls.CertificateNames;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Checks the certificates that the configuration names, and the one that the server made itself. */
final class CertificateChecks {
    private static final Duration SOON = Duration.ofDays(21);

    private CertificateChecks() {}

    static List<Advice> all(Configuration configuration, Machine machine, Instant now) {
        List<Advice> all = new ArrayList<>();
        CertificateFiles standard = configuration.tls().standard();
        if (standard == null) {
            Path own = configuration.dataFolder().resolve("keys").resolve("self-signed.pem");
            all.add(ownMade(own, machine, now));
        } else {
            all.add(certificate("certificate", Optional.empty(), standard, machine, now));
        }
        for (Configuration.HostCertificate host : configuration.tls().hosts()) {
            all.add(certificate("certificate " + host.name(), Optional.of(host.name()), host.files(), machine, now));
        }
        return all;
    }

    private static Advice ownMade(Path file, Machine machine, Instant now) {
        String change =
                "Set tls.certificate and tls.key to one that mail programs trust, for example from Let's Encrypt"
                        + " (docs/install.md).";
        if (!file.equals(machine.nearest(file)) && machine.link(file.toString()).isEmpty()) {
            return Advice.warn(
                    "certificate",
                    "none is configured; the server will sign one itself, and mail programs will warn",
                    change);
        }
        Advice found =
                certificate("certificate", Optional.empty(), new CertificateFiles.Pem(file, file, null), machine, now);
        return found.level() == Advice.Level.OK
                ? Advice.warn(
                        "certificate", found.found() + "; signed by the server itself, so mail programs warn", change)
                : found;
    }

    static Advice certificate(
            String check, Optional<String> host, CertificateFiles files, Machine machine, Instant now) {
        ServerCertificate certificate;
        try {
            certificate = files.read();
        } catch (OperatorException e) {
            return e.reason() == Reason.PERMISSION && !machine.account().equals("root")
                    ? Advice.warn(
                            check,
                            "the account " + machine.account() + " may not read all of " + files.all(),
                            "Run this command as root, or as the server's account to see whether that may.")
                    : Advice.fail(check, String.valueOf(e.getMessage()), e.hint());
        }
        Instant begins = certificate.chain().get(0).getNotBefore().toInstant();
        Instant ends = certificate.notAfter();
        String found = files.all().getFirst() + " is for " + String.join(", ", certificate.names()) + ", until " + ends;
        if (ends.isBefore(now)) {
            return Advice.fail(check, found + ": it has expired", "Renew it, then restart or reload the server.");
        }
        if (begins.isAfter(now)) {
            return Advice.fail(
                    check,
                    found + ": it is valid from " + begins + " on only",
                    "Look at the clock, or wait until then.");
        }
        if (host.isPresent()
                && !CertificateNames.of(certificate.chain().getFirst()).cover(host.get())) {
            return Advice.fail(
                    check,
                    found + ", not for " + host.get(),
                    "Get one with that name, or name another file for the host in tls.hosts.");
        }
        if (ends.isBefore(now.plus(SOON))) {
            return Advice.warn(
                    check,
                    found + ": in " + Duration.between(now, ends).toDays() + " days",
                    "Renew it; if something should have done so by itself, find out why it did not.");
        }
        return Advice.ok(check, found);
    }
}
