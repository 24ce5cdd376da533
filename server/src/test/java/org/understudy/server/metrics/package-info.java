@NullMarked
package org.understudy.server.metrics;

import org.jspecify.annotations.NullMarked;
