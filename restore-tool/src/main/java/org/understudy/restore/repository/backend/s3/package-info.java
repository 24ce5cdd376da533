/**
 * A repository in a bucket of an S3 service.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Each byte is sent with its SHA-256, which the service is to check before an object appears; after that the object
 *       is looked at again, by the checksum that the service has of it or, where it has none or is not to be trusted, by
 *       reading it.
 *   <li>An upload in parts that was cut short goes on where it ended: parts that are there, and are the same by SHA-256,
 *       are not sent again.
 *   <li>Credentials are the SDK's affair; they are never in a message, a log, a URL or a list of processes.
 * </ul>
 *
 * <p>Not guaranteed: that a writer whose lease ran out while its machine stood still sends nothing more. Such a request
 * can still arrive. It does no harm to objects, which are named by their content, and manifests are never replaced; see
 * docs/repository-format.md#lock.
 */
@NullMarked
package org.understudy.restore.repository.backend.s3;

import org.jspecify.annotations.NullMarked;
