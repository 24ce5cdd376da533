package org.understudy.server.console;

import java.util.Optional;
import org.understudy.restore.operation.Role;
import org.understudy.server.config.Configuration;

/** Which accounts of this server have which role, as the configuration says. */
public record Staff(Configuration.Roles roles) {
    /** The strongest one, engineer before approver; empty for everybody else. */
    Optional<Role> role(String account) {
        if (roles.admins().contains(account)) {
            return Optional.of(Role.ADMIN);
        }
        if (roles.engineers().contains(account)) {
            return Optional.of(Role.ENGINEER);
        }
        if (roles.approvers().contains(account)) {
            return Optional.of(Role.APPROVER);
        }
        return roles.viewers().contains(account) ? Optional.of(Role.VIEWER) : Optional.empty();
    }
}
