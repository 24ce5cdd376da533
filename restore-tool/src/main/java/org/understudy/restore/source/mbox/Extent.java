package org.understudy.restore.source.mbox;

import org.jspecify.annotations.Nullable;

/**
 * Where a message lies in its file; octets from 0.
 *
 * @param fromLine begin of its From_ line
 * @param header begin of its header
 * @param body begin of its body, after the empty line; equal to {@code end} if there is none
 * @param end end of the message, without the empty line that divides it from the next
 * @param next begin of the next From_ line, or the file's size
 * @param quoted lines of the body that begin with one or more {@code >} and {@code From }
 * @param statedLength what Content-Length says, or -1
 * @param byLength whether the message ends where Content-Length says
 * @param exported what an export of ours says of the message, where it is right about its length; {@code header} is then
 *     the begin of the message itself, and {@code body} the same
 */
record Extent(
        long fromLine,
        long header,
        long body,
        long end,
        long next,
        long quoted,
        long statedLength,
        boolean byLength,
        @Nullable ExportedMessage exported) {
    /** Whether quoting is to be undone. */
    boolean unquotes() {
        return quoted > 0 && !byLength;
    }
}
