/**
 * The admin API: HTTP on a loopback port, by which the command line asks the running server to do its work.
 *
 * <pre>
 * GET  /v1/ping               {"version","storeId"}
 * GET  /v1/status             {@link org.understudy.server.admin.ServerStatus}
 * POST /v1/operations/{name}  request of the operation as JSON; the answer is NDJSON, as the work goes on:
 *                             {"phase","done","total","unit","bytes"}   five a second at most
 *                             {"note"}
 *                             an empty line, twice a second while there is nothing to tell
 *                             {"result"} or {"error":{"reason","message","hint","exitCode"}}, exactly one, last
 * </pre>
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Each request carries {@code Authorization: Bearer} with the token from {@code admin.token} in the data folder
 *       (mode 0600, new at each start), and a {@code Host} that names this listener, which keeps out web pages that
 *       reach it by a name of their own (DNS rebinding).
 *   <li>A client that goes away interrupts its operation, and so does the server's end.
 *   <li>Errors before the work begins are RFC 9457 problem documents; they carry reason and hint as members.
 * </ul>
 *
 * <p>Not guaranteed: secrecy from the machine's administrator; the bytes on loopback are not encrypted.
 */
@NullMarked
package org.understudy.server.admin;

import org.jspecify.annotations.NullMarked;
