package org.understudy.server.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code accounts.oauth}: one issuer in braces, or several in a list. */
final class OauthReader {
    private static final Duration SKEW = Duration.ofMinutes(1);

    private OauthReader() {}

    /** @return empty where the section is missing */
    static List<OauthSettings> read(Section accounts) {
        if (!accounts.has("oauth")) {
            Section none = accounts.section("oauth");
            none.finish();
            return List.of();
        }
        List<Section> sections =
                accounts.isList("oauth") ? accounts.sections("oauth") : List.of(accounts.section("oauth"));
        List<OauthSettings> issuers = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section s : sections) {
            OauthSettings one = issuer(s);
            if (!names.add(one.issuer())) {
                s.fault("issuer", "'" + one.issuer() + "' stands in the list twice");
            }
            issuers.add(one);
        }
        return issuers;
    }

    private static OauthSettings issuer(Section s) {
        String issuer = s.text("issuer", "");
        String audience = s.text("audience", "");
        Path file = s.optionalPath("keys-file");
        URI url = url(s, "keys-url", s.text("keys-url", ""));
        OauthSettings settings = new OauthSettings(
                issuer,
                audience,
                url,
                file,
                s.text("user-claim", "email"),
                s.text("scope", ""),
                s.duration("clock-skew", SKEW, Duration.ZERO),
                s.optionalPath("ca-file"),
                introspection(s));
        if (issuer.isEmpty()) {
            s.fault("issuer", "expected what tokens name as their issuer");
        } else if (url == null && file == null) {
            URI unused = url(s, "issuer", issuer);
        }
        if (audience.isEmpty()) {
            s.fault("audience", "expected what tokens for this server name as their audience");
        }
        if (url != null && file != null) {
            s.fault(
                    "keys-url",
                    "name the issuer's keys once, as keys-url or as keys-file, or let it be asked for them");
        }
        s.finish();
        return settings;
    }

    private static OauthSettings.@Nullable Introspection introspection(Section issuer) {
        boolean there = issuer.has("introspection");
        Section s = issuer.section("introspection");
        URI url = url(s, "url", s.text("url", ""));
        String client = s.text("client-id", "");
        Path secret = s.optionalPath("client-secret-file");
        boolean always = s.truth("always", false);
        s.finish();
        if (!there) {
            return null;
        }
        if (client.isEmpty() || secret == null) {
            s.fault("client-id", "the issuer wants to know who asks: give client-id and client-secret-file");
            return null;
        }
        return new OauthSettings.Introspection(url, client, secret, always);
    }

    private static @Nullable URI url(Section s, String key, String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            URI url = new URI(text);
            boolean loopback = "localhost".equals(url.getHost()) || "127.0.0.1".equals(url.getHost());
            boolean fits = "https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && loopback);
            if (!fits) {
                s.fault(key, "expected an https address, found \"" + text + "\"");
            }
            return url;
        } catch (URISyntaxException e) {
            s.fault(key, "expected an https address, found \"" + text + "\": " + e.getReason());
            return null;
        }
    }
}
