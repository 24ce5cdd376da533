package org.understudy.restore.crowd;

import java.util.List;
import java.util.Set;
import org.understudy.restore.validate.Finding;

/** Names of the findings that need more than one message, and what they mean for a message's owner. */
public final class Relation {
    /** Octets of another user's message. */
    public static final String FOREIGN_BLOCK = "foreign-block";

    /** Octets of another message of the same user. */
    public static final String SHARED_BLOCK = "shared-block";

    /** A file whose content is that of another user's. */
    public static final String FOREIGN_FILE = "foreign-file";

    /** An independent copy of the body. */
    public static final String COPY_BODY = "copy-body";

    /** Another body under the same Message-ID. */
    public static final String MESSAGE_ID = "message-id";

    /** Delivery wrote down another user as the recipient. */
    public static final String FOREIGN_OWNER = "foreign-owner";

    private static final Set<String> ALL =
            Set.of(FOREIGN_BLOCK, SHARED_BLOCK, FOREIGN_FILE, COPY_BODY, MESSAGE_ID, FOREIGN_OWNER);
    private static final Set<String> CONTAMINATING = Set.of(FOREIGN_BLOCK, FOREIGN_FILE, FOREIGN_OWNER);

    private Relation() {}

    /** Whether a finding comes from comparison. */
    public static boolean is(Finding finding) {
        return ALL.contains(finding.check());
    }

    /**
     * Whether a message may hold another user's mail, so that it must not be shown to the owner of its mailbox before
     * somebody has looked at it.
     */
    public static boolean contaminated(List<Finding> findings) {
        return findings.stream().anyMatch(finding -> CONTAMINATING.contains(finding.check()));
    }

    /** The findings that say so. */
    public static List<Finding> contaminating(List<Finding> findings) {
        return findings.stream()
                .filter(finding -> CONTAMINATING.contains(finding.check()))
                .toList();
    }
}
