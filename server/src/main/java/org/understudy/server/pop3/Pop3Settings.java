package org.understudy.server.pop3;

import java.time.Duration;

/**
 * @param host what the server calls itself
 * @param loginDelay before the first failed login of a connection is answered; doubles with each
 */
public record Pop3Settings(String host, Duration loginDelay) {}
