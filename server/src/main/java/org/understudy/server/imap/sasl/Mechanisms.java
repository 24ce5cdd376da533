package org.understudy.server.imap.sasl;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.james.imap.api.process.ImapSession;

/** The mechanisms of a server. */
public final class Mechanisms {
    private final List<Mechanism> all = new ArrayList<>();

    public Mechanisms(Logins logins) {
        all.add(new PlainMechanism());
        all.add(new LoginMechanism());
        SecureRandom random = new SecureRandom();
        logins.scram().ifPresent(accounts -> {
            all.add(new ScramMechanism(accounts, random, false));
            all.add(new ScramMechanism(accounts, random, true));
        });
        logins.tokens().ifPresent(tokens -> {
            all.add(new BearerMechanism(tokens, false));
            all.add(new BearerMechanism(tokens, true));
        });
        logins.certificates().ifPresent(certificates -> all.add(new ExternalMechanism(certificates, logins)));
    }

    /** Those that the session may use now, as {@code AUTH=} capabilities. */
    public List<String> capabilities(ImapSession session) {
        return all.stream()
                .filter(mechanism -> mechanism.offered(session))
                .map(mechanism -> "AUTH=" + mechanism.name())
                .toList();
    }

    /** The mechanism of that name, whether it is offered now or not. */
    Optional<Mechanism> named(String name) {
        String upper = name.toUpperCase(Locale.ROOT);
        return all.stream().filter(mechanism -> mechanism.name().equals(upper)).findFirst();
    }
}
