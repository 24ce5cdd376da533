/** What was measured: samples, their medians, ratios between servers, the table, the JSON lines and the picture. No I/O but files. */
@NullMarked
package org.understudy.benchmarks.report;

import org.jspecify.annotations.NullMarked;
