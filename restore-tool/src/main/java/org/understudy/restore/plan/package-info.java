/**
 * What a merge would do, worked out beforehand. Pure: the same live state, shadow and policy give the same plan, byte
 * for byte, and nothing here reads a file, a store or a clock.
 *
 * <p>Invariants: each message of the shadow is in exactly one {@link org.understudy.restore.plan.PlanStep.AddMessage} or
 * {@link org.understudy.restore.plan.PlanStep.Skip}; a plan removes nothing from live; flags of live messages change
 * only where the policy says so.
 */
@NullMarked
package org.understudy.restore.plan;

import org.jspecify.annotations.NullMarked;
