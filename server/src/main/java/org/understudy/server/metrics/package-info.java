/**
 * What the server tells monitoring. docs/metrics.md lists every meter, and a test holds it to a live scrape. Values are
 * numbers and words of fixed lists: never names of users, mailboxes or addresses. A scrape that cannot learn something
 * fails as a whole rather than showing an old or a made-up value.
 */
@NullMarked
package org.understudy.server.metrics;

import org.jspecify.annotations.NullMarked;
