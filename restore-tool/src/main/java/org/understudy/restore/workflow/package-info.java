/**
 * The restore verbs: one {@link org.understudy.restore.operation.Operation} each, from {@code restore.stage} to {@code
 * restore.undo}. Each takes the restore's lock, refuses a step that is not due, does it, and saves the job. A step that
 * stopped is done again with the same request and goes on where it stopped.
 */
@NullMarked
package org.understudy.restore.workflow;

import org.jspecify.annotations.NullMarked;
