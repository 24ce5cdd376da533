package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;

/**
 * Why a command is not even looked at.
 *
 * @param tag the command's tag, or {@code *}
 * @param status {@code NO} or {@code BAD}, with a response code where one fits
 * @param text plain ASCII for whoever reads a protocol log
 */
record Refusal(String tag, String status, String text) {
    byte[] octets() {
        return (tag + " " + status + " " + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
