package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import org.understudy.restore.repository.backend.Existing;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * Writes that only take place if nothing is there ({@code If-None-Match: *}), and what is done where a service does not
 * offer them: then whoever holds the lock has looked before, and that must do.
 */
final class S3Conditions {
    private volatile boolean offered = true;

    /** Whether the service has not said yet that it does not know conditions. */
    boolean offered() {
        return offered;
    }

    void notOffered() {
        offered = false;
    }

    /**
     * Sends a write, with a condition where {@code existing} wants one.
     *
     * @param same asked when something is there: whether it is what this very write has made
     * @throws FileAlreadyExistsException if something else is there
     */
    void put(Existing existing, String place, S3Put.Conditional write, S3Put.Question same) throws IOException {
        if (existing == Existing.REPLACE || !offered) {
            write.send(null);
            return;
        }
        try {
            write.send("*");
        } catch (IOException e) {
            if (S3Put.conditionFailed(e)) {
                if (!same.answer()) {
                    FileAlreadyExistsException there = new FileAlreadyExistsException(place);
                    there.initCause(e);
                    throw there;
                }
            } else if (e.getCause() instanceof SdkException sdk && S3Refusal.notOffered(sdk)) {
                notOffered();
                write.send(null);
            } else {
                throw e;
            }
        }
    }
}
