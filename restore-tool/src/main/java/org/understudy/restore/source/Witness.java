package org.understudy.restore.source;

import java.util.List;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;

/** What a source says of a message apart from the message's own bytes. */
public sealed interface Witness {
    /** Size of the file as Maildir's {@code S=} states it, in octets. */
    record MaildirSize(long octets) implements Witness {}

    /** Size with CRLF line ends as Maildir's {@code W=} states it, in octets. */
    record MaildirVirtualSize(long octets) implements Witness {}

    /**
     * A digest that a trusted record holds.
     *
     * @param canonical whether it is of the canonical form, else of the bytes as they lie there
     * @param from what the record is, for example {@code snapshot 2026-05-27T02:00:00Z}
     */
    record TrustedDigest(Digest digest, boolean canonical, String from) implements Witness {}

    /** Number of octets that an index or a store row states for the stored form. */
    record IndexSize(long octets, String from) implements Witness {}

    /** What comparing several sources says of a message that was taken from one of them. */
    sealed interface Copies extends Witness {}

    /**
     * Which source the bytes were taken from, where there were several.
     *
     * @param source its name, as the operator gave it
     * @param path of the item there
     * @param why why this copy, and not another
     */
    record TakenFrom(String source, String path, String why) implements Copies {}

    /**
     * Another copy differs.
     *
     * @param doubt whether that speaks against the message
     * @param what what was found
     */
    record OtherCopy(boolean doubt, String what) implements Copies {}
    /**
     * Size in CRLF form that a server stated (RFC822.SIZE, RFC 9051 section 7.5.2).
     *
     * @param from which server, or which record of its answer
     */
    record Rfc822Size(long octets, String from) implements Witness {}

    /**
     * SHA-1 of the canonical form that an index keeps as the message's GUID, as Cyrus does.
     *
     * @param sha1 40 hexadecimal digits, lower case
     */
    record ContentGuid(String sha1, String from) implements Witness {
        public ContentGuid {
            if (!sha1.matches("[0-9a-f]{40}")) {
                throw new IllegalArgumentException("a SHA-1 has 40 hexadecimal digits in lower case, got " + sha1);
            }
        }
    }

    /**
     * The list that names the mailbox's messages does not name this one.
     *
     * @param list for example {@code dovecot-uidlist}
     * @param nameTaken whether the list names another file under the same name
     */
    record NotListed(String list, boolean nameTaken) implements Witness {}

    /**
     * System flags that a server's index states otherwise than the message itself bears them.
     *
     * @param flags as the index has them, without keywords
     */
    record IndexFlags(Flags flags, String from) implements Witness {}

    /**
     * Digest of the bytes as they lie there, which an index or a file beside the message keeps.
     *
     * @param algorithm {@code SHA-1} or {@code SHA-256}
     * @param hex in lower case
     */
    record OctetsDigest(String algorithm, String hex, String from) implements Witness {}

    /**
     * The message was put together as MIME from what a store keeps in another form. Nothing can vouch for its octets: they
     * are not those that were delivered.
     *
     * @param from what it was put together from, for example {@code an Outlook data file}
     * @param notes what was left out though it was sound
     * @param damage what could not be read of it, with its place
     */
    record Rebuilt(String from, List<String> notes, List<String> damage) implements Witness {
        public Rebuilt {
            notes = List.copyOf(notes);
            damage = List.copyOf(damage);
        }
    }
}
