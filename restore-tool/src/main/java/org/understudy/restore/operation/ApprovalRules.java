package org.understudy.restore.operation;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who may consent to plans, as the configuration says.
 *
 * @param approvals how many persons must, 1 or 2; a request may ask for more, never for fewer
 * @param approvers accounts that may, lower case; if empty, anybody
 * @param logins checks who somebody is
 */
public record ApprovalRules(int approvals, SortedSet<String> approvers, Logins logins) {
    /** Where nothing is configured: one person, known by the name that is given. */
    public static final ApprovalRules CLAIMED = new ApprovalRules(1, Collections.emptySortedSet(), (user, password) -> {
        throw new IllegalStateException("there are no accounts here against which a password could be checked");
    });

    /** The accounts' passwords. */
    public interface Logins {
        /**
         * The account's name as it is stored, if user and password belong together.
         *
         * @throws org.understudy.storage.OperatorException if the password could not be checked
         */
        Optional<String> login(String user, CharSequence password) throws InterruptedException;
    }

    public ApprovalRules {
        approvers = Collections.unmodifiableSortedSet(new TreeSet<>(approvers));
        if (approvals < 1 || approvals > 2) {
            throw new IllegalArgumentException("1 or 2 persons can approve a plan, not " + approvals);
        }
    }

    /** Whether a name alone is not enough. */
    public boolean needLogin() {
        return approvals > 1 || !approvers.isEmpty();
    }

    public boolean mayApprove(String account) {
        return approvers.isEmpty() || approvers.contains(account);
    }
}
