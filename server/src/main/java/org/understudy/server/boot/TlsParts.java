package org.understudy.server.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.acme.AcmeKeeper;
import org.understudy.server.acme.AcmeSettings;
import org.understudy.server.config.CertificatePlans;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.server.tls.CertificateKeeper;
import org.understudy.server.tls.ClientCertificates;
import org.understudy.server.tls.OcspStaples;
import org.understudy.server.tls.SelfSigned;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.server.tls.TlsEngine;
import org.understudy.server.tls.TlsTerms;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What looks after certificates while the server runs.
 *
 * @param clients whose certificates clients may log in with
 * @param staples where stapling is on and the engine can do it
 * @param acme where certificates are ordered
 */
record TlsParts(
        CertificateKeeper keeper,
        Optional<ClientCertificates> clients,
        Optional<OcspStaples> staples,
        Optional<AcmeKeeper> acme)
        implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TlsParts.class);

    /** @throws OperatorException if something that is configured cannot be used */
    static TlsParts start(Configuration configuration, Clock clock) {
        Configuration.Tls tls = configuration.tls();
        TlsEngine engine = TlsEngine.of(tls.engine());
        LOG.info("TLS is done by {}", engine == TlsEngine.NATIVE ? "BoringSSL" : "Java");
        Optional<ClientCertificates> clients =
                Optional.ofNullable(tls.clients()).map(settings -> ClientCertificates.read(settings, clock));
        ServerCertificate stopgap = tls.standard() == null
                ? selfSigned(tls, configuration.dataFolder(), clock)
                : tls.standard().read();
        Optional<OcspStaples> staples =
                tls.stapling() && engine.staples() ? Optional.of(new OcspStaples(clock)) : Optional.empty();
        CertificateKeeper keeper = null;
        Optional<AcmeKeeper> acme = Optional.empty();
        boolean started = false;
        try {
            keeper = CertificateKeeper.start(
                    new TlsTerms(engine, tls.profile(), clients, staples),
                    source(configuration, clients, clock),
                    stopgap,
                    tls.watch(),
                    clock);
            AcmeSettings settings = tls.acme();
            if (settings != null) {
                CertificateKeeper told = keeper;
                AcmeKeeper orders = AcmeKeeper.start(settings, configuration.dataFolder(), clock, () -> {
                    var unused = told.reload();
                });
                keeper.orders(orders::status);
                acme = Optional.of(orders);
            }
            started = true;
            return new TlsParts(keeper, clients, staples, acme);
        } finally {
            if (!started) {
                staples.ifPresent(OcspStaples::close);
                if (keeper != null) {
                    keeper.close();
                }
            }
        }
    }

    private static CertificateKeeper.Source source(
            Configuration configuration, Optional<ClientCertificates> clients, Clock clock) {
        Configuration.Tls tls = configuration.tls();
        Path file = tls.source();
        Path data = configuration.dataFolder();
        List<Path> shared = clients.map(ClientCertificates::files).orElse(List.of());
        if (file == null) {
            return new CertificateKeeper.Source(() -> CertificatePlans.of(tls, data), List.of(), shared);
        }
        return new CertificateKeeper.Source(
                () -> {
                    Configuration.Tls now = ConfigurationReader.read(file).tls();
                    if (now.standard() == null) {
                        var unused = selfSigned(now, data, clock);
                    }
                    return CertificatePlans.of(now, data);
                },
                List.of(file),
                shared);
    }

    private static ServerCertificate selfSigned(Configuration.Tls tls, Path data, Clock clock) {
        Path file = CertificatePlans.selfSigned(data);
        List<String> hosts = new ArrayList<>();
        tls.hosts().forEach(host -> hosts.add(host.name()));
        AcmeSettings acme = tls.acme();
        if (acme != null) {
            acme.certificates().forEach(hosts::addAll);
        }
        ServerCertificate certificate = SelfSigned.readOrCreate(file, hosts, clock, new SecureRandom());
        publish(data.resolve(ImapServices.CERTIFICATE), certificate);
        if (acme == null) {
            LOG.info(
                    "No certificate is configured: clients see the self-signed one in {}, for {}, until {}",
                    file,
                    certificate.names(),
                    certificate.notAfter());
        }
        return certificate;
    }

    /** Leaves the certificate, without its key, where clients can be pointed to. */
    private static void publish(Path file, ServerCertificate certificate) {
        try {
            StringBuilder pem = new StringBuilder();
            Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
            for (X509Certificate one : certificate.chain()) {
                pem.append("-----BEGIN CERTIFICATE-----\n")
                        .append(lines.encodeToString(one.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
            Files.writeString(file, pem);
        } catch (IOException | CertificateEncodingException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot write " + file + ": " + e.getMessage(),
                    "Look at the folder's rights and its disk's free space.",
                    e);
        }
    }

    @Override
    public void close() {
        acme.ifPresent(AcmeKeeper::close);
        keeper.close();
        staples.ifPresent(OcspStaples::close);
    }
}
