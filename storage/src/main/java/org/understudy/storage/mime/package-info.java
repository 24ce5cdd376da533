/**
 * What IMAP tells of a message's form, read once from its octets: ENVELOPE and BODYSTRUCTURE as they are sent, and where
 * each part lies (RFC 9051 sections 6.4.5 and 7.5.2, RFC 2045, RFC 2046, RFC 5322).
 *
 * <p>Pure: no I/O, no state between messages. Reading never fails because of what a message holds; what cannot be
 * understood counts as absent, or as text. Sizes and offsets are those of the octets as they are stored, whatever ends
 * their lines. Nothing is decoded: strings are as they stand in the header, unfolded.
 */
@NullMarked
package org.understudy.storage.mime;

import org.jspecify.annotations.NullMarked;
