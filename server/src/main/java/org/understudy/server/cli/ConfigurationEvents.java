package org.understudy.server.cli;

import java.net.URI;
import java.util.Map;
import java.util.stream.Collectors;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.LdapSettings;
import org.understudy.server.config.OauthSettings;

/** What the audit log is told of a configuration: whom it gives which rights. */
final class ConfigurationEvents {
    private ConfigurationEvents() {}

    static AuditEvent loaded(String version, Configuration configuration) {
        Configuration.Roles roles = configuration.roles();
        return new AuditEvent(
                AuditEvent.Kind.CONFIG,
                Actor.ofProcess(),
                "config.load",
                Map.of(
                        "version", version,
                        "masters", String.join(" ", roles.masters()),
                        "masters-read-only",
                                String.valueOf(
                                        configuration.accounts().masters().readOnly()),
                        "directory", servers(configuration),
                        "issuers",
                                configuration.accounts().oauth().stream()
                                        .map(OauthSettings::issuer)
                                        .collect(Collectors.joining(" ")),
                        "engineers", String.join(" ", roles.engineers()),
                        "approvers", String.join(" ", roles.approvers()),
                        "approvals", String.valueOf(configuration.restore().approvals())),
                AuditEvent.Outcome.DONE);
    }

    private static String servers(Configuration configuration) {
        LdapSettings ldap = configuration.accounts().ldap();
        return ldap == null ? "" : ldap.servers().stream().map(URI::toString).collect(Collectors.joining(" "));
    }
}
