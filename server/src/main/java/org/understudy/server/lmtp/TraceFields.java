package org.understudy.server.lmtp;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** The fields that a delivery puts before a message (RFC 5321 sections 4.4 and 4.1.1.4, RFC 6531 section 3.7.3). */
final class TraceFields {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ENGLISH);

    private TraceFields() {}

    /**
     * @param from the client by its own name and by address, for example {@code mx.example.org ([192.0.2.1])}
     * @param protocol {@code LMTP}, {@code LMTPS}, {@code UTF8LMTP}...
     * @param recipients none where the message is for several that must not learn of each other
     */
    static byte[] of(
            String sender, List<String> recipients, String from, String host, String protocol, String id, Instant at) {
        StringBuilder text = new StringBuilder();
        text.append("Return-Path: <").append(sender).append(">\r\n");
        recipients.forEach(one -> text.append("Delivered-To: ").append(one).append("\r\n"));
        text.append("Received: from ").append(from).append("\r\n\tby ").append(host);
        text.append(" with ").append(protocol).append(" id ").append(id);
        if (recipients.size() == 1) {
            text.append("\r\n\tfor <").append(recipients.getFirst()).append('>');
        }
        text.append(";\r\n\t").append(DATE.format(at.atOffset(ZoneOffset.UTC))).append("\r\n");
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
