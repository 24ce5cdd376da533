/**
 * The way by which processors of ours send octets past James's encoders: whole responses, written to the socket's buffers
 * as they are made.
 */
@NullMarked
package org.understudy.server.imap.reply;

import org.jspecify.annotations.NullMarked;
