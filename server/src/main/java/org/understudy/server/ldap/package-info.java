/**
 * Users of an LDAP directory (RFC 4511), as {@link org.understudy.server.account.Directory}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>No password leaves this machine over a connection whose server has not proven, by a certificate for the host name of
 *       the configuration, who it is.
 *   <li>What a user gives as a name is escaped wherever it goes (RFC 4514, RFC 4515). An empty password is wrong without
 *       asking: directories take a bind with one as a login of nobody (RFC 4513 section 5.1.2) and say yes.
 *   <li>Whatever is no clear yes or no of the directory is "away", never "wrong".
 * </ul>
 *
 * <p>Not guaranteed: that a user who was taken out of the directory is out of sessions that are logged in.
 */
@NullMarked
package org.understudy.server.ldap;

import org.jspecify.annotations.NullMarked;
