/**
 * Random IMAP for as long as one likes, compared with a model in memory: command {@code benchmarks/soak}, and a short form
 * with a fixed seed among the tests.
 *
 * <p>Several worlds run at once, each with its own users, mailboxes and connections and its own seed. Within a world one
 * thread does one thing after another over several connections, some of them pipelined, so that the model always knows what
 * must be there; between worlds everything is concurrent. Whatever differs from the model ends the soak with the world's
 * seed and its last commands.
 *
 * <p>Not compared: \Recent, and the order of keywords.
 */
@NullMarked
package org.understudy.server.soak;

import org.jspecify.annotations.NullMarked;
