package org.understudy.server.oauth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.understudy.restore.repository.backend.PrivateFile;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens.Answer;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Asks an issuer what a token is worth (RFC 7662). A token that it calls active must still be for this audience and, where
 * the answer names them, of this issuer and within its times. Nothing is kept, so a revoked token is refused at once.
 */
final class Introspection {
    private final OauthSettings settings;
    private final OauthSettings.Introspection how;
    private final String authorization;
    private final Discovery discovery;
    private final IssuerWeb web;
    private final Clock clock;

    /** @throws OperatorException if the client's secret cannot be read, or is open to others */
    Introspection(
            OauthSettings settings, OauthSettings.Introspection how, Discovery discovery, IssuerWeb web, Clock clock) {
        this.settings = settings;
        this.how = how;
        this.discovery = discovery;
        this.web = web;
        this.clock = clock;
        String pair = encoded(how.clientId()) + ":" + encoded(secret(how.secretFile()));
        authorization = "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String secret(Path file) {
        PrivateFile.require(file, "file with the client's secret");
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "the file " + file + " with the client's secret cannot be read: " + e.getMessage(),
                    "It must hold the secret of accounts.oauth.introspection.client-id as one line.",
                    e);
        }
    }

    Answer check(String token) {
        try {
            URI url = how.url() != null ? how.url() : discovery.document().introspection();
            if (url == null) {
                return new Answer.Unknown("the issuer's discovery document names no place for introspection");
            }
            return judge(web.post(url, authorization, "token=" + encoded(token) + "&token_type_hint=access_token"));
        } catch (IOException e) {
            return new Answer.Unknown("the issuer cannot be asked about the token: " + e.getMessage());
        }
    }

    private Answer judge(JsonNode said) {
        if (!said.path("active").isBoolean() || !said.path("active").asBoolean()) {
            return new Answer.Invalid("the issuer calls the token inactive");
        }
        if (said.has("iss") && !said.path("iss").asText().equals(settings.issuer())) {
            return new Answer.Invalid("the token is another issuer's");
        }
        if (!texts(said.path("aud")).contains(settings.audience())) {
            return new Answer.Invalid("the token is not for the audience " + settings.audience());
        }
        long now = clock.instant().getEpochSecond();
        long skew = settings.clockSkew().toSeconds();
        if (said.has("exp") && said.path("exp").asLong() + skew <= now) {
            return new Answer.Invalid("the token has expired");
        }
        if (said.has("nbf") && said.path("nbf").asLong() - skew > now) {
            return new Answer.Invalid("the token is not valid yet");
        }
        JsonNode scope = said.has("scope") ? said.path("scope") : said.path("scp");
        JsonNode user = said.path(settings.userClaim());
        return Claims.answer(
                settings, scope.isArray() ? texts(scope) : scope.asText(), user.isTextual() ? user.asText() : null);
    }

    private static List<String> texts(JsonNode node) {
        List<String> texts = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(one -> texts.add(one.asText()));
        } else if (node.isTextual()) {
            texts.add(node.asText());
        }
        return texts;
    }

    /** Form encoding, which the client's name and secret need, too (RFC 6749 section 2.3.1). */
    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
