package org.understudy.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.progress.Progress;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.access.TokenSecret;
import org.understudy.server.audit.AuditedWork;

/** Making a token over the API: the secret is made here, told in this one answer, and kept nowhere. */
final class TokenRoutes {
    private final Services services;
    private final SecureRandom random = new SecureRandom();

    TokenRoutes(Services services) {
        this.services = services;
    }

    /** @param secret the token's whole text */
    record Made(String secret, TokenOperations.Token token) {}

    Optional<Route> makeToken(Optional<Operation<?, ?>> offered) {
        return offered.filter(TokenOperations.Make.class::isInstance)
                .map(TokenOperations.Make.class::cast)
                .map(make -> Route.of(
                                "POST",
                                "/v1/tokens",
                                make.role(),
                                "Make a token; its secret is in this answer and nowhere else.",
                                Route.Answer.json(200, Made.class),
                                exchange -> made(make, exchange))
                        .by(make)
                        .taking(new Route.Body(
                                TokenOperations.Wanted.class,
                                Set.of("id", "sha256"),
                                Set.of("owner", "role"),
                                Map.of())));
    }

    private Reply made(TokenOperations.Make make, Exchange exchange) throws IOException, InterruptedException {
        TokenSecret secret = TokenSecret.fresh(random);
        RequestReader reader = services.reader();
        ObjectNode body = reader.object(exchange.body());
        reader.require(body, Set.of("owner", "role"));
        reader.put(body, Map.of("id", secret.id(), "sha256", secret.sha256()), Map.of());
        TokenOperations.Token token = AuditedWork.run(
                services.setup().audit(),
                exchange.actor(),
                make,
                reader.read(body, TokenOperations.Wanted.class),
                services.setup().workplace().of(exchange.identity().caller()),
                Progress.SILENT);
        return Reply.json(new Made(secret.text(), token));
    }
}
