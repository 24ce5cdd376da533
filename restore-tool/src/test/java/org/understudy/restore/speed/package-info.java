/**
 * Measures a whole restore beside a live store under load: see {@link org.understudy.restore.speed.StageTrial}. Figures of
 * one run are comparable with each other; those of two runs only by their CPU seconds.
 */
@NullMarked
package org.understudy.restore.speed;

import org.jspecify.annotations.NullMarked;
