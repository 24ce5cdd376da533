/**
 * The demo: a made-up company's mail, a snapshot, a disaster, and a restore that is staged, validated, merged, undone and
 * merged again, by the same operations that an engineer would use. Writes only into the folder it is given.
 */
@NullMarked
package org.understudy.server.demo;

import org.jspecify.annotations.NullMarked;
