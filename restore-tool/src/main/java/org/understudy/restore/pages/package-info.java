/**
 * Indexes beside long JSON documents, so that a page of one is shown without reading the whole: {@code report.index} beside
 * {@code report.json}, {@code plan.index} beside {@code plan.json} (docs/page-index-format.md).
 *
 * <pre>
 * {"format":"understudy-report-index","version":1,"sha256":HEX}     SHA-256 of the second line
 * {"document":{"octets":N,"sha256":HEX}, figures..., "unsound":{"items":N,"each":100,"pieces":[[OFFSET,OCTETS,CRC32C],...]}}
 * </pre>
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>An index is made of its document alone, and can always be made again; nothing is lost with it.
 *   <li>It is taken away before its document is replaced, and written after it. One of a document of another length is not
 *       used; a piece whose checksum is another is not shown.
 *   <li>Whoever acts reads the document itself and checks its hash: an index is for showing only.
 * </ul>
 */
@NullMarked
package org.understudy.restore.pages;

import org.jspecify.annotations.NullMarked;
