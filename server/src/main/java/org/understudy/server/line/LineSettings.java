package org.understudy.server.line;

import java.time.Duration;

/**
 * How long a listener waits, and for what.
 *
 * @param handshake for TLS to be agreed
 * @param login from connecting until the dialogue trusts its client
 * @param idle for the next octet of a client that is trusted
 * @param stall for a client to take in any octet of a reply
 */
public record LineSettings(Duration handshake, Duration login, Duration idle, Duration stall) {}
