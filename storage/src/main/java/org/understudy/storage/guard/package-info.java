/** Keeps a store from being opened for writing when that could lose mail: a witness beside the database, compared before every open. */
@NullMarked
package org.understudy.storage.guard;

import org.jspecify.annotations.NullMarked;
