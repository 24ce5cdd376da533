package org.understudy.restore.operation;

/**
 * A person whom a credential of the admin API names. Whoever runs the command line on this machine is none: that is
 * known by no more than the machine's account.
 *
 * @param person the credential's owner, lower case; for approvals as good as a login
 * @param credential its public id, for logs
 */
public record Caller(String person, Role role, String credential) {}
