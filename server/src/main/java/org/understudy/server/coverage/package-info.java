/**
 * Who will be warned, and what is still in use: pure functions over a ledger, the names that are configured and advertised,
 * and the certificates at hand (docs/tls-ledger.md). Reading certificates and writing reports is kept apart in {@link
 * org.understudy.server.coverage.CertificateFolder} and {@link org.understudy.server.coverage.ReportFolder}.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A plan depends on its inputs alone; no server, network or clock is asked.
 *   <li>A user is said to be warned exactly where the ledger has a login of that user under a host name that no certificate at
 *       hand covers at the moment of the cut-over.
 *   <li>What cannot be told from the ledger (clients that name no host, rows folded away) is said, never guessed.
 * </ul>
 *
 * <p>Not guaranteed: that clients trust the authorities that signed the certificates.
 */
@NullMarked
package org.understudy.server.coverage;

import org.jspecify.annotations.NullMarked;
