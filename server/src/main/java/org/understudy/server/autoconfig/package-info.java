/**
 * What mail programs are told so that they find their servers by themselves: Thunderbird's autoconfig, Outlook's
 * autodiscover, and profiles for Apple's Mail (docs/autoconfig.md), for each domain of the configuration, over HTTP or as
 * files.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Answers depend on the domain alone: nobody learns here whether an address exists. An address that is sent back is the
 *       one that came.
 *   <li>XML that comes is read without document types and entities, up to 16 KiB; all that is written is escaped.
 * </ul>
 *
 * <p>Not guaranteed: secrecy or genuineness on the way; a reverse proxy has to add TLS.
 */
@NullMarked
package org.understudy.server.autoconfig;

import org.jspecify.annotations.NullMarked;
