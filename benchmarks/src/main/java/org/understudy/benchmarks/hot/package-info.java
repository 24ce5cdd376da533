/**
 * JMH over hot paths of the store: command {@code benchmarks/jmh}. A new one is a class with {@code @Benchmark} methods, here
 * or, where it needs what is package-private, in the package that it measures.
 */
@NullMarked
package org.understudy.benchmarks.hot;

import org.jspecify.annotations.NullMarked;
