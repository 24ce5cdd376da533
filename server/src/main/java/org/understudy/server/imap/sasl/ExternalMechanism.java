package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.james.imap.api.process.ImapSession;
import org.understudy.server.tls.ClientCertificates;

/**
 * EXTERNAL (RFC 4422 appendix A): the certificate that the client has shown in the handshake is its user's. Offered where
 * that certificate is good and there is such a user. The response is whose mailboxes are asked for, or empty.
 */
final class ExternalMechanism implements Mechanism {
    private final ClientCertificates certificates;
    private final Logins logins;

    ExternalMechanism(ClientCertificates certificates, Logins logins) {
        this.certificates = certificates;
        this.logins = logins;
    }

    @Override
    public String name() {
        return "EXTERNAL";
    }

    @Override
    public boolean offered(ImapSession session) {
        return session.getSSLSession().isPresent() && user(judged(session)).isPresent();
    }

    @Override
    public String whyNot(ImapSession session) {
        return switch (judged(session)) {
            case ClientCertificates.Verdict.None none -> "The client has shown no certificate.";
            case ClientCertificates.Verdict.Bad(String words) -> words + ".";
            case ClientCertificates.Verdict.Good good -> "There is no user for your certificate.";
        };
    }

    @Override
    public Exchange begin(ImapSession session) {
        Optional<String> user = user(judged(session));
        return response -> {
            String asked = new String(response, StandardCharsets.UTF_8);
            if (asked.indexOf('\0') >= 0) {
                return new Step.Malformed();
            }
            return user.<Step>map(name -> new Step.Done(new Proven.Name(asked, name)))
                    .orElseGet(() -> new Step.Refused("", whyNot(session)));
        };
    }

    private ClientCertificates.Verdict judged(ImapSession session) {
        return session.getSSLSession().map(certificates::judge).orElseGet(() -> new ClientCertificates.Verdict.None());
    }

    private Optional<String> user(ClientCertificates.Verdict verdict) {
        List<String> candidates =
                verdict instanceof ClientCertificates.Verdict.Good(List<String> users) ? users : List.of();
        return candidates.stream()
                .map(logins::storedName)
                .flatMap(Optional::stream)
                .findFirst();
    }
}
