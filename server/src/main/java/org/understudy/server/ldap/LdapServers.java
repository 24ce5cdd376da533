package org.understudy.server.ldap;

import com.unboundid.ldap.sdk.FailoverServerSet;
import com.unboundid.ldap.sdk.LDAPConnectionOptions;
import com.unboundid.ldap.sdk.ServerSet;
import com.unboundid.ldap.sdk.SingleServerSet;
import com.unboundid.ldap.sdk.StartTLSPostConnectProcessor;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;
import org.understudy.server.config.LdapSettings;
import org.understudy.server.tls.TrustedAuthorities;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** How the servers of a directory are connected to: in their order, encrypted, by certificates that were checked. */
final class LdapServers {
    /** How long a connection to another server than the first is used before the first is tried again. */
    private static final long BACK_TO_THE_FIRST_MILLIS = 60_000;

    private static final int LDAP = 389;
    private static final int LDAPS = 636;

    private LdapServers() {}

    /** @throws OperatorException {@link Reason#CONFIG} if the file with the authorities' certificates cannot be used */
    static ServerSet of(LdapSettings settings) {
        SSLSocketFactory tls = new NamedPeers(TrustedAuthorities.context(settings.caFile(), "accounts.ldap.ca-file")
                .getSocketFactory());
        LDAPConnectionOptions options = new LDAPConnectionOptions();
        options.setConnectTimeoutMillis(
                Math.toIntExact(settings.connectTimeout().toMillis()));
        options.setResponseTimeoutMillis(settings.timeout().toMillis());
        options.setAbandonOnTimeout(true);
        options.setFollowReferrals(false);
        options.setUseSynchronousMode(true);
        List<ServerSet> servers = new ArrayList<>();
        for (URI uri : settings.servers()) {
            boolean ldaps = "ldaps".equals(uri.getScheme());
            String host = uri.getHost().replaceAll("[\\[\\]]", "");
            int port = uri.getPort() > 0 ? uri.getPort() : ldaps ? LDAPS : LDAP;
            if (ldaps) {
                servers.add(new SingleServerSet(host, port, tls, options));
            } else if (settings.startTls()) {
                servers.add(
                        new SingleServerSet(host, port, null, options, null, new StartTLSPostConnectProcessor(tls)));
            } else {
                servers.add(new SingleServerSet(host, port, options));
            }
        }
        if (servers.size() == 1) {
            return servers.getFirst();
        }
        FailoverServerSet all = new FailoverServerSet(servers);
        all.setMaxFailoverConnectionAgeMillis(BACK_TO_THE_FIRST_MILLIS);
        return all;
    }
}
