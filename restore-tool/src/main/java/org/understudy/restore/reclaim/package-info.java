/**
 * Gives back the room of expunged mail ({@link org.understudy.storage.reclaim}) as an operator asks for it, or the server
 * does.
 *
 * <p>Invariant: nothing is deleted while an incident hold is on, or while a restore is merging or undoing, one that was cut
 * short and has yet to go on included. Plans that wait for approval or for their merge need nothing of the store: the bodies
 * that they bring lie in their shadow.
 */
@NullMarked
package org.understudy.restore.reclaim;

import org.jspecify.annotations.NullMarked;
