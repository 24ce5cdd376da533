package org.understudy.restore.inspect;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.validate.Verdict;

/**
 * Which copy of a message is best, of all sources that were compared.
 *
 * @param source name of the source that holds it, as the operator gave it
 * @param main whether that is the main source
 * @param verdict after all copies were heard, or null if none can be read
 * @param why for people: how it compares with the others
 */
public record BestCopy(
        String source, boolean main, ItemRef ref, @Nullable Verdict verdict, String why) {}
