package org.understudy.server.oauth;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.server.config.OauthSettings;
import org.understudy.server.imap.sasl.BearerTokens.Answer;

/** What a token that is valid must say beyond that. */
final class Claims {
    private Claims() {}

    /**
     * @param scope of the claim {@code scope} or {@code scp}: a list, or a text of words
     * @param user of the configured claim
     */
    static Answer answer(OauthSettings settings, @Nullable Object scope, @Nullable String user) {
        if (!settings.scope().isEmpty() && !words(scope).contains(settings.scope())) {
            return new Answer.Insufficient("the token has not the scope " + settings.scope());
        }
        return user == null || user.isBlank()
                ? new Answer.Invalid("the token names no user in " + settings.userClaim())
                : new Answer.Valid(user);
    }

    private static List<?> words(@Nullable Object scope) {
        return switch (scope) {
            case String text -> Arrays.asList(text.split(" "));
            case List<?> list -> list;
            case null, default -> List.of();
        };
    }
}
