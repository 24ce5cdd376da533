package org.understudy.server.autoconfig;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The settings of mail programs, by the domain of an address. */
public record Autoconfig(List<MailDomain> domains) {
    public static final Autoconfig NONE = new Autoconfig(List.of());

    public Autoconfig {
        domains = List.copyOf(domains);
    }

    /**
     * One domain.
     *
     * @param domain behind the at sign, in lower case
     * @param name for people
     * @param pop3 null where there is none
     * @param help the address of a page, or empty
     */
    public record MailDomain(
            String domain,
            String name,
            Server imap,
            @Nullable Server pop3,
            Server smtp,
            Login login,
            String help) {}

    /** @param port 1 to 65535 */
    public record Server(String host, int port, Security security) {}

    /** How a connection is encrypted. */
    public enum Security {
        /** From the first octet (RFC 8314). */
        TLS,
        STARTTLS
    }

    /** What users log in by. */
    public enum Login {
        ADDRESS,
        /** What stands before the at sign. */
        LOCAL_PART
    }

    /** The settings for a domain, however it is written. */
    public Optional<MailDomain> of(String domain) {
        String name = domain.toLowerCase(Locale.ROOT);
        return domains.stream().filter(one -> one.domain().equals(name)).findFirst();
    }
}
