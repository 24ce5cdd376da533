package org.understudy.server.console;

/** What a request to the console is answered with. */
sealed interface Answer {
    /** A page, written as a whole. */
    record Document(int status, String html) implements Answer {}

    /** See another page (status 303). */
    record Go(String to) implements Answer {}

    /** The answer has been sent already. */
    record Sent() implements Answer {}

    static Answer page(String html) {
        return new Document(200, html);
    }
}
