package org.understudy.server.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A directory (RFC 4511) whose users may log in.
 *
 * @param servers {@code ldaps://HOST[:636]} or {@code ldap://HOST[:389]}; the first that answers is asked
 * @param startTls whether {@code ldap} connections are made safe by StartTLS; false for servers of this machine only
 * @param caFile PEM, the certificates that servers' certificates must lead to; null for those that Java trusts
 * @param bindDn who asks the directory about users; empty for nobody in particular
 * @param bindPasswordFile its password; null where {@code bindDn} is empty
 * @param base below which users are searched for
 * @param filter RFC 4515, with {@code {user}} where the name goes
 * @param recipientFilter the same for addresses that mail is delivered to; with {@code {user}} where the address goes
 * @param bindTemplate the user's own DN with {@code {user}} where the name goes; empty where it is searched for
 * @param userAttribute holds the user's name here
 * @param mailAttribute holds the user's addresses, or empty
 * @param quotaAttribute holds the size limit of the user's mail in octets, or empty
 * @param connections at most, for asking and as many for checking passwords
 * @param connectTimeout for one connection
 * @param timeout for one answer
 * @param createMailboxes whether a user without mailboxes gets the default ones at the first login; else it is refused
 */
public record LdapSettings(
        List<URI> servers,
        boolean startTls,
        @Nullable Path caFile,
        String bindDn,
        @Nullable Path bindPasswordFile,
        String base,
        String filter,
        String recipientFilter,
        String bindTemplate,
        String userAttribute,
        String mailAttribute,
        String quotaAttribute,
        int connections,
        Duration connectTimeout,
        Duration timeout,
        boolean createMailboxes) {
    /** Stands for the user's name. */
    public static final String USER = "{user}";

    public LdapSettings {
        servers = List.copyOf(servers);
    }
}
