package org.understudy.benchmarks.wire;

/**
 * Where a server listens.
 *
 * @param tls TLS from the first octet on; any certificate is taken, for this is a measurement and no mail program
 */
public record Endpoint(String host, int port, boolean tls) {}
