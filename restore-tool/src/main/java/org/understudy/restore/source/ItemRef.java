package org.understudy.restore.source;

/**
 * Where an item lies in its source, for people and for resuming.
 *
 * @param ordinal 0, 1, 2... in the order in which the source gives its items, the same at every reading of an unchanged
 *     source
 * @param path path relative to the source's root with {@code /}, or for a file of many messages {@code file#n@offset}
 */
public record ItemRef(long ordinal, String path) {}
