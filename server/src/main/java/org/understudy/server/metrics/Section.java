package org.understudy.server.metrics;

import io.micrometer.core.instrument.binder.MeterBinder;

/** Meters that show what was found out once for each scrape. */
public interface Section extends MeterBinder {
    /** Finds out what the scrape shows; called before each, by one thread at a time. A scrape fails where this does. */
    void look();
}
