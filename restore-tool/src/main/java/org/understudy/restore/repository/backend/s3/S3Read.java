package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * An object as a stream. A connection that breaks in the middle, or ends before all has come, is opened again where it
 * broke, of the same version of the object.
 */
final class S3Read extends InputStream {
    private static final int REOPENED_AT_MOST = 5;

    private final S3Service service;
    private final String name;
    private final String key;
    private @Nullable ResponseInputStream<GetObjectResponse> in;
    private @Nullable String version;
    private long at;
    private long end = Long.MAX_VALUE;
    private int reopened;

    /** @throws NoSuchFileException if there is no such object */
    S3Read(S3Service service, String name, long offset) throws IOException {
        this.service = service;
        this.name = name;
        this.key = service.key(name);
        this.at = offset;
        connect();
    }

    private void connect() throws IOException {
        in = service.call("reading", service.location(name), this::begin).orElse(null);
    }

    private Optional<ResponseInputStream<GetObjectResponse>> begin(S3Client client) {
        try {
            ResponseInputStream<GetObjectResponse> opened = client.getObject(request -> request.bucket(service.bucket())
                    .key(key)
                    .range(at > 0 ? "bytes=" + at + "-" : null)
                    .ifMatch(version));
            version = opened.response().eTag();
            Long length = opened.response().contentLength();
            end = length == null ? Long.MAX_VALUE : at + length;
            return Optional.of(opened);
        } catch (S3Exception e) {
            if (e.statusCode() == 416) {
                // Nothing lies at or beyond that place.
                end = at;
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int from, int length) throws IOException {
        while (true) {
            ResponseInputStream<GetObjectResponse> open = in;
            if (open == null || length == 0) {
                return open == null ? -1 : 0;
            }
            String why;
            try {
                int n = open.read(to, from, length);
                if (n > 0) {
                    at += n;
                    return n;
                }
                if (at >= end || end == Long.MAX_VALUE) {
                    return -1;
                }
                why = "the connection ended " + (end - at) + " bytes early";
            } catch (IOException | SdkException e) {
                why = String.valueOf(e.getMessage());
                if (reopened >= REOPENED_AT_MOST) {
                    throw new IOException(
                            "reading " + service.location(name) + " failed at byte " + at + ": " + why, e);
                }
            }
            if (reopened++ >= REOPENED_AT_MOST) {
                throw new IOException("reading " + service.location(name) + " failed at byte " + at + ": " + why);
            }
            open.abort();
            connect();
        }
    }

    @Override
    public void close() {
        ResponseInputStream<GetObjectResponse> open = in;
        if (open != null) {
            // Reading on to the end only to keep the connection would fetch what nobody wants.
            if (at < end) {
                open.abort();
            } else {
                closeRead(open);
            }
            in = null;
        }
    }

    private static void closeRead(ResponseInputStream<GetObjectResponse> open) {
        try {
            open.close();
        } catch (IOException e) {
            open.abort();
        }
    }
}
