package org.understudy.server.lmtp;

import java.nio.file.Path;

/**
 * What an LMTP listener allows.
 *
 * @param host what the server calls itself in greetings and trace fields
 * @param messageOctets the largest message
 * @param heapOctets of a message that are kept in memory
 * @param recipients of one transaction
 * @param spool folder for larger messages
 * @param startTls whether TLS is offered
 * @param deliveredToEach whether each recipient of several gets a copy with its own {@code Delivered-To}
 */
public record LmtpSettings(
        String host,
        long messageOctets,
        int heapOctets,
        int recipients,
        Path spool,
        boolean startTls,
        boolean deliveredToEach) {}
