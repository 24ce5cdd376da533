/** What people read of a restore: verdicts by user, mailbox and month, and what they mean for the decision. */
@NullMarked
package org.understudy.restore.report;

import org.jspecify.annotations.NullMarked;
