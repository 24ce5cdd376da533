@NullMarked
package org.understudy.server.health;

import org.jspecify.annotations.NullMarked;
