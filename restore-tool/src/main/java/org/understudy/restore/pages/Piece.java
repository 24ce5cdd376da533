package org.understudy.restore.pages;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Some items of a list as they lie in their document, with the commas between them.
 *
 * @param offset of the first octet in the document
 * @param octets how many
 * @param crc32c of them (RFC 3720 appendix B.4), unsigned
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"offset", "octets", "crc32c"})
public record Piece(long offset, int octets, long crc32c) {}
