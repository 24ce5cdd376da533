/** Tells sound mail from damaged mail. Checks are pure functions of bytes and context; each finding names its place and strength; a verdict is drawn from findings alone, and the absence of complaints is never proof. */
@NullMarked
package org.understudy.restore.validate;

import org.jspecify.annotations.NullMarked;
