package org.understudy.server.config;

import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.understudy.server.acme.AcmeSettings;
import org.understudy.server.tls.CertificateFiles;
import org.understudy.server.tls.CertificatePlan;

/** What a configuration says about certificates, as a plan. */
public final class CertificatePlans {
    private CertificatePlans() {}

    /** In the data folder: the certificate that the server signs itself, with its key. */
    public static Path selfSigned(Path dataFolder) {
        return dataFolder.resolve("keys").resolve("self-signed.pem");
    }

    /** The configured certificates, and those that the server orders by itself; where there is none, its own. */
    public static CertificatePlan of(Configuration.Tls tls, Path dataFolder) {
        TreeMap<String, CertificatePlan.Entry> hosts = new TreeMap<>();
        for (Configuration.HostCertificate host : tls.hosts()) {
            hosts.put(host.name(), new CertificatePlan.Entry(host.files(), false));
        }
        AcmeSettings acme = tls.acme();
        List<List<String>> ordered = acme == null ? List.of() : acme.certificates();
        if (acme != null) {
            for (List<String> names : ordered) {
                names.forEach(name -> hosts.put(name, ordered(acme.file(dataFolder, names))));
            }
        }
        CertificateFiles standard = tls.standard();
        if (standard != null) {
            return new CertificatePlan(new CertificatePlan.Entry(standard, false), hosts);
        }
        if (acme != null && !ordered.isEmpty()) {
            return new CertificatePlan(ordered(acme.file(dataFolder, ordered.getFirst())), hosts);
        }
        Path own = selfSigned(dataFolder);
        return new CertificatePlan(new CertificatePlan.Entry(new CertificateFiles.Pem(own, own, null), false), hosts);
    }

    private static CertificatePlan.Entry ordered(Path file) {
        return new CertificatePlan.Entry(new CertificateFiles.Pem(file, file, null), true);
    }
}
