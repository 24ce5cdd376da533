package org.understudy.server.imap.sasl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.james.imap.api.process.ImapSession;

/** PLAIN (RFC 4616): {@code authzid NUL authcid NUL password}, in UTF-8. Without the first part and its NUL it is taken too. */
final class PlainMechanism implements Mechanism {
    @Override
    public String name() {
        return "PLAIN";
    }

    @Override
    public boolean offered(ImapSession session) {
        return !session.isPlainAuthDisallowed();
    }

    @Override
    public Exchange begin(ImapSession session) {
        return PlainMechanism::step;
    }

    private static Step step(byte[] response) {
        List<String> parts =
                new ArrayList<>(Arrays.asList(new String(response, StandardCharsets.UTF_8).split("\0", -1)));
        if (parts.size() == 2) {
            parts.add(0, "");
        }
        if (parts.size() != 3 || parts.get(1).isEmpty()) {
            return new Step.Malformed();
        }
        String actingAs = parts.get(0).equals(parts.get(1)) ? "" : parts.get(0);
        return new Step.Done(new Proven.Password(actingAs, parts.get(1), parts.get(2)));
    }
}
