package org.understudy.server.console;

import java.util.List;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what pages show once after the start, one after the other and beside everything else, so that the first view has it. */
final class ReadAhead {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);

    private ReadAhead() {}

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    static void of(List<Callable<?>> all) {
        Thread.ofPlatform()
                .name("console-read-ahead")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .start(() -> {
                    for (Callable<?> one : all) {
                        try {
                            one.call();
                        } catch (Exception e) {
                            // The page itself reads it again, and says what is wrong.
                            LOG.debug("Nothing was read ahead: {}", e.toString());
                        }
                    }
                });
    }
}
