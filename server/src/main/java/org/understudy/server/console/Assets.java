package org.understudy.server.console;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.report.page.PageParts;
import org.understudy.storage.keyspace.Digest;

/** The files that pages ask for, from this program alone. */
final class Assets {
    private static final String JARS = "/META-INF/resources/webjars/";

    /** One file. */
    static final class Asset {
        private final String mediaType;
        private final byte[] bytes;
        private final String tag;

        private Asset(String mediaType, byte[] bytes, String tag) {
            this.mediaType = mediaType;
            this.bytes = bytes;
            this.tag = tag;
        }

        String mediaType() {
            return mediaType;
        }

        byte[] bytes() {
            return bytes;
        }

        /** Changes with the bytes. */
        String tag() {
            return tag;
        }
    }

    private final Map<String, Asset> all = Map.of(
            "report.css", asset("text/css", PageParts.style().getBytes(StandardCharsets.UTF_8)),
            "console.css", asset("text/css", resource("console.css")),
            "htmx.js", asset("text/javascript", resource(JARS + "htmx.org/2.0.10/dist/htmx.min.js")),
            "live.js", asset("text/javascript", resource("live.js")),
            "icon.svg", asset("image/svg+xml", resource("icon.svg")));

    Optional<Asset> find(String name) {
        return Optional.ofNullable(all.get(name));
    }

    /** The address of one, which is another when its bytes are. */
    String address(String name) {
        Asset asset = all.get(name);
        if (asset == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return "/console/static/" + name + "?v=" + asset.tag();
    }

    private static Asset asset(String mediaType, byte[] bytes) {
        String charset = mediaType.startsWith("text/") ? mediaType + "; charset=utf-8" : mediaType;
        return new Asset(
                charset,
                bytes,
                Digest.of(Digest.sha256().digest(bytes)).toString().substring(0, 12));
    }

    private static byte[] resource(String name) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(name + " cannot be read", e);
        }
    }
}
