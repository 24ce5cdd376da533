package org.understudy.server.cli;

import java.util.Map;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.config.Configuration;

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
                        "engineers", String.join(" ", roles.engineers()),
                        "approvers", String.join(" ", roles.approvers()),
                        "approvals", String.valueOf(configuration.restore().approvals())),
                AuditEvent.Outcome.DONE);
    }
}
