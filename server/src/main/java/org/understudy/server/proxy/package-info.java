/**
 * The PROXY protocol, versions 1 and 2 (haproxy.org, proxy-protocol.txt), with which a proxy tells whose connection it
 * carries.
 *
 * <p>Invariants: a header is read from the addresses of a listener's list and from nobody else, before any other octet; who
 * may send one must send one. Limits, throttling and logs go by the client's address that it names.
 *
 * <p>Not guaranteed: that what a proxy says is true.
 */
@NullMarked
package org.understudy.server.proxy;

import org.jspecify.annotations.NullMarked;
