package org.understudy.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code accounts.oauth}. */
final class OauthReader {
    private OauthReader() {}

    /** @return null where the section is missing */
    static @Nullable OauthSettings read(Section accounts) {
        boolean there = accounts.has("oauth");
        Section s = accounts.section("oauth");
        String issuer = s.text("issuer", "");
        String audience = s.text("audience", "");
        Path file = s.optionalPath("keys-file");
        URI url = url(s);
        OauthSettings settings =
                new OauthSettings(issuer, audience, url, file, s.text("user-claim", "email"), s.text("scope", ""));
        if (there) {
            if (issuer.isEmpty()) {
                s.fault("issuer", "expected what tokens name as their issuer");
            }
            if (audience.isEmpty()) {
                s.fault("audience", "expected what tokens for this server name as their audience");
            }
            if ((url == null) == (file == null)) {
                s.fault("keys-url", "name the issuer's keys once, as keys-url or as keys-file");
            }
        }
        s.finish();
        return there ? settings : null;
    }

    private static @Nullable URI url(Section s) {
        String text = s.text("keys-url", "");
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI url = new URI(text);
            boolean loopback = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
            boolean fits = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && loopback);
            if (!fits) {
                s.fault("keys-url", "expected an https address, found \"" + text + "\"");
            }
            return url;
        } catch (URISyntaxException e) {
            s.fault("keys-url", "expected an https address, found \"" + text + "\": " + e.getReason());
            return null;
        }
    }
}
