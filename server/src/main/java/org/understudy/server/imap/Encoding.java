package org.understudy.server.imap;

import java.io.IOException;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.encode.ImapEncoder;
import org.apache.james.imap.encode.ImapResponseComposer;
import org.apache.james.imap.encode.main.DefaultImapEncoderFactory;
import org.understudy.server.imap.grammar.Untagged;

/** Encodes responses of ours, and leaves the rest to James. */
record Encoding(ImapEncoder james) implements ImapEncoder {
    static ImapEncoder overJames() {
        return new Encoding(new DefaultImapEncoderFactory().buildImapEncoder());
    }

    @Override
    public void encode(ImapMessage message, ImapResponseComposer composer) throws IOException {
        if (message instanceof Untagged line) {
            composer.skipNextSpace().message(line.line());
        } else {
            james.encode(message, composer);
        }
    }
}
