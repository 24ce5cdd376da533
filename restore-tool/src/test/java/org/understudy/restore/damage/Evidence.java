package org.understudy.restore.damage;

/** By what a tree itself can tell that a message was damaged; docs/verdicts.md defines each. */
enum Evidence {
    /** A size in the file's name differs. */
    SIZE,
    /** The file has no octet. */
    EMPTY,
    /** A signature that fitted the body is still there and fits no more. */
    SIGNATURE,
    /** 64 or more NULs, or of another octet that no text has so often. */
    FILL,
    /** Base64 or quoted-printable that decoded and does not any more. */
    ENCODING,
    /** A control character, or an octet that the part's own statement excludes. */
    OCTET,
    /** The header begins or ends where none can, or lacks its From or Date. */
    HEADER,
    /** The message ends within a line, though SMTP brought it, or within a multipart that it closed. */
    END,
    /** A whole sector of another message of the tree. */
    BLOCK,
    /** The list of UIDs names a file that is gone, or does not name this one. */
    LIST,
    /** The server's index has system flags that the file's name has lost. */
    FLAGS,
    /** The date of arrival does not fit the stamps of the servers. */
    DATE,
    /** Nothing that the tree holds. */
    NONE,
    /** The canonical form is as it was: nothing was lost. */
    HARMLESS
}
