/**
 * What is measured. Each workload prepares what it needs in every server, then measures one server once whenever asked, so
 * that servers take turns.
 *
 * <p>Invariants: only one server is measured at a time; a measured section does nothing but what it names; an answer that
 * is not OK, or that has not as many responses as there must be, is a failure and no figure.
 */
@NullMarked
package org.understudy.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
