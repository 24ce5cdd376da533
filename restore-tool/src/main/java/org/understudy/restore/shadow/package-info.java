/**
 * The isolated store that a restore is replayed into: a complete {@link org.understudy.storage.MailStore} of its own,
 * the body files that it adopted, and in its journal what is known of each item of the source.
 *
 * <p>Journal keys, after {@code ID/}: {@code cursor} (how far replay came, with the bins); {@code segment/FIRST} (a body
 * file, by its first body id in 16 hexadecimal digits); {@code evidence/MAILBOX/UID} (one message, 16 and 8 digits; where
 * several sources were staged as one, its witnesses name the source that it was taken from, as {@code takenFrom}, and what
 * other copies say, as {@code otherCopy});
 * {@code outcome/ORDINAL} (one item that is not in the shadow, 16 digits).
 *
 * <p>{@link org.understudy.restore.shadow.ShadowTerms} says how long a shadow is kept and who may look at it; nothing but
 * the server's expiry deletes one, and never that of a restore that is not finished.
 */
@NullMarked
package org.understudy.restore.shadow;

import org.jspecify.annotations.NullMarked;
