package org.understudy.server.metrics;

import org.understudy.server.account.AccountsStatus;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.scrub.ScrubStatus;

/** What one scrape shows of the server's state. */
public record Monitored(
        BackupHealth backups,
        ServerStatus.Archive archive,
        ServerStatus.Loss loss,
        ScrubStatus scrub,
        AccountsStatus accounts) {}
