package org.understudy.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.server.acme.AcmeSettings;
import org.understudy.server.config.Configuration.HostCertificate;
import org.understudy.server.config.Configuration.Tls;
import org.understudy.server.tls.CertificateFiles;
import org.understudy.server.tls.ClientCertificates;
import org.understudy.server.tls.TlsEngine;
import org.understudy.server.tls.TlsProfile;

/** Reads {@code tls}. */
final class TlsReader {
    private static final Pattern HOST = Pattern.compile("(?=.{1,253}$)[a-z0-9_-]{1,63}(\\.[a-z0-9_-]{1,63})+");
    private static final URI LETS_ENCRYPT = URI.create("https://acme-v02.api.letsencrypt.org/directory");

    private TlsReader() {}

    static Tls read(Section s) {
        CertificateFiles standard = files(s);
        Set<String> names = new HashSet<>();
        List<HostCertificate> hosts = hosts(s, names);
        Tls tls = new Tls(
                standard,
                hosts,
                s.oneOf("engine", TlsEngine.Wish.class, TlsEngine.Wish.AUTO),
                profile(s),
                s.truth("stapling", true),
                s.durationOrOff("watch", Duration.ofSeconds(5), Duration.ofSeconds(1)),
                clients(s),
                acme(s, names),
                Files.isRegularFile(s.source()) ? s.source() : null);
        s.finish();
        return tls;
    }

    private static List<HostCertificate> hosts(Section s, Set<String> names) {
        List<HostCertificate> hosts = new ArrayList<>();
        for (Section host : s.sections("hosts")) {
            String name = host.text("name", "").toLowerCase(Locale.ROOT);
            CertificateFiles files = files(host);
            if (name.isEmpty()) {
                host.fault("name", "each host needs a name");
            } else if (!names.add(name)) {
                host.fault("name", "'" + name + "' stands in the list twice");
            } else if (files != null) {
                hosts.add(new HostCertificate(name, files));
            } else if (!host.has("certificate") && !host.has("key") && !host.has("pkcs12")) {
                host.fault("name", "'" + name + "' needs a certificate and a key");
            }
            host.finish();
        }
        return hosts;
    }

    private static @Nullable CertificateFiles files(Section s) {
        Path certificate = s.optionalPath("certificate");
        Path key = s.optionalPath("key");
        Path pkcs12 = s.optionalPath("pkcs12");
        Path password = s.optionalPath("password-file");
        if (pkcs12 != null) {
            if (certificate != null || key != null) {
                s.fault("pkcs12", "holds certificate and key; name either it, or these two");
            }
            return new CertificateFiles.Pkcs12(pkcs12, password);
        }
        if (certificate != null && key != null) {
            return new CertificateFiles.Pem(certificate, key, password);
        }
        if (certificate != null) {
            s.fault("certificate", "needs a key beside it");
        }
        if (key != null) {
            s.fault("key", "needs a certificate beside it");
        }
        if (certificate == null && key == null && password != null) {
            s.fault("password-file", "needs the key that it opens beside it");
        }
        return null;
    }

    private static TlsProfile profile(Section s) {
        String text = s.text("profile", TlsProfile.INTERMEDIATE.word());
        for (TlsProfile one : TlsProfile.values()) {
            if (one.word().equalsIgnoreCase(text)) {
                return one;
            }
        }
        s.fault("profile", "expected one of modern, intermediate, old-clients, found \"" + text + "\"");
        return TlsProfile.INTERMEDIATE;
    }

    private static ClientCertificates.@Nullable Settings clients(Section s) {
        Path authorities = s.optionalPath("client-ca");
        Path revoked = s.optionalPath("client-crl");
        Map<String, String> users = new TreeMap<>();
        for (Section one : s.sections("client-users")) {
            String certificate = one.text("certificate", "").toLowerCase(Locale.ROOT);
            String user = one.text("user", "").toLowerCase(Locale.ROOT);
            if (certificate.isEmpty() || user.isEmpty()) {
                one.fault("user", "expected the address or subject of a certificate, and a user");
            } else if (users.put(certificate, user) != null) {
                one.fault("certificate", "'" + certificate + "' stands in the list twice");
            }
            one.finish();
        }
        if (authorities == null) {
            if (revoked != null || !users.isEmpty()) {
                s.fault(revoked != null ? "client-crl" : "client-users", "needs client-ca beside it");
            }
            return null;
        }
        return new ClientCertificates.Settings(authorities, revoked, users);
    }

    private static @Nullable AcmeSettings acme(Section tls, Set<String> listed) {
        boolean there = tls.has("acme");
        Section s = tls.section("acme");
        URI directory = directory(s);
        String contact = s.text("contact", "");
        boolean agreed = s.truth("agree-to-terms", false);
        String host = s.text("host", "0.0.0.0");
        int port = s.number("port", 80, 0, 65_535);
        List<List<String>> certificates = new ArrayList<>();
        for (Section one : s.sections("certificates")) {
            List<String> names = one.words("names");
            if (names.isEmpty()) {
                one.fault("names", "each certificate needs the host names that it is for");
            } else {
                certificates.add(names);
            }
            for (String name : names) {
                if (name.startsWith("*.")) {
                    one.fault(
                            "names",
                            "'" + name + "': authorities give wildcards over DNS only, which is not done here");
                } else if (!HOST.matcher(name).matches()) {
                    one.fault("names", "'" + name + "' is no host name");
                } else if (!listed.add(name)) {
                    one.fault("names", "'" + name + "' has a certificate already");
                }
            }
            one.finish();
        }
        if (there && !agreed) {
            s.fault(
                    "agree-to-terms",
                    "the authority gives certificates only to who agrees to its terms: read them, then"
                            + " set this to true");
        }
        if (there && certificates.isEmpty()) {
            s.fault("certificates", "expected at least one, such as { names = [mail.example.org] }");
        }
        s.finish();
        return there ? new AcmeSettings(directory, contact, host, port, certificates) : null;
    }

    private static URI directory(Section s) {
        String text = s.text("directory", LETS_ENCRYPT.toString());
        try {
            URI url = new URI(text);
            boolean loopback = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
            if ("https".equals(url.getScheme()) || "http".equals(url.getScheme()) && loopback) {
                return url;
            }
            s.fault("directory", "expected an https address, found \"" + text + "\"");
        } catch (URISyntaxException e) {
            s.fault("directory", "expected an https address, found \"" + text + "\": " + e.getReason());
        }
        return LETS_ENCRYPT;
    }
}
