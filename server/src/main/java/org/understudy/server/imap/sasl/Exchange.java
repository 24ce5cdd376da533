package org.understudy.server.imap.sasl;

/** One run of a mechanism. For one thread. */
interface Exchange {
    /**
     * Takes the client's next response; the first may come with the command.
     *
     * @param response decoded from Base64
     */
    Step respond(byte[] response);
}
