/**
 * What commands and responses of our own are made of: arguments read octet by octet as RFC 9051 section 9 has them,
 * mailbox names as they go over the wire, untagged responses, and what a command ends with.
 *
 * <p>Invariants: nothing is guessed. An argument that the grammar does not allow is BAD, with words that say what was
 * expected; text from a client is never repeated in them.
 */
@NullMarked
package org.understudy.server.imap.grammar;

import org.jspecify.annotations.NullMarked;
