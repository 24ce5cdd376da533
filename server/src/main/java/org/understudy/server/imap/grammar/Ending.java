package org.understudy.server.imap.grammar;

import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponse;
import org.apache.james.imap.api.message.response.StatusResponseFactory;

/** What a command of ours ends with: its tagged response. */
public sealed interface Ending {
    /** @param code response code with its brackets, or empty */
    record Ok(String code) implements Ending {}

    /**
     * The command was understood and not carried out.
     *
     * @param code response code without its brackets (RFC 5530), or empty
     * @param text for the user
     */
    record No(String code, String text) implements Ending {}

    /** The command cannot be understood. */
    record Bad(String text) implements Ending {}

    static Ending ok() {
        return new Ok("");
    }

    static Ending no(String code, String text) {
        return new No(code, text);
    }

    /** The response, in ASCII. */
    default StatusResponse response(StatusResponseFactory responses, Tag tag, ImapCommand command) {
        return switch (this) {
            case Ok(String code) ->
                code.isEmpty()
                        ? responses.taggedOk(tag, command, HumanReadableText.COMPLETED)
                        : responses.taggedOk(tag, null, text(code + " " + command.getName() + " completed."));
            case No(String code, String text) ->
                responses.taggedNo(
                        tag,
                        null,
                        text((code.isEmpty() ? "" : "[" + code + "] ") + command.getName() + " failed. " + text));
            case Bad(String text) -> responses.taggedBad(tag, command, text("failed. " + text));
        };
    }

    private static HumanReadableText text(String text) {
        return new HumanReadableText("org.understudy.imap.ENDING", text.replaceAll("[^ -~]", "?"));
    }
}
