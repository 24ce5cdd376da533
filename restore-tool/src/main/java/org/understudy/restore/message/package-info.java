/**
 * Reads the bytes of one message once: digests, header block, MIME facts, and lines for those who look closer.
 *
 * <p>Line ends: a line ends with LF or CRLF. The canonical form turns every LF that no CR precedes into CRLF and changes
 * nothing else; a CR that no LF follows is an octet like any other and stays. A last line without an end stays so.
 *
 * <p>Nothing here throws because of what a message holds: malformed mail is mail. Only a failing source throws
 * {@code IOException}. Memory is bounded whatever the message: one buffer of 64 KiB, at most 1 MiB of header block, and at
 * most 4 MiB of converted bytes; larger messages are converted again each time they are opened. Nothing is guaranteed of
 * the meaning of a message: that is the work of {@code org.understudy.restore.validate}.
 */
@NullMarked
package org.understudy.restore.message;

import org.jspecify.annotations.NullMarked;
