package org.understudy.server.imap.sasl;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSession;
import org.apache.james.imap.api.process.ImapSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.account.ScramAccounts;

/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677), and with channel binding SCRAM-SHA-256-PLUS. Binding is offered over TLS alone, and a
 * client that could bind and was not offered it is refused, as somebody between may have taken the offer away.
 */
final class ScramMechanism implements Mechanism {
    private static final Pattern FIRST = Pattern.compile(
            "((?:(n)|(y)|p=([A-Za-z0-9.-]+)),(?:a=([^,]*))?,)(n=([^,]+),r=([\\x21-\\x2b\\x2d-\\x7e]+)(?:,.*)?)");
    private static final Pattern FINAL =
            Pattern.compile("(c=([A-Za-z0-9+/=]+),r=([\\x21-\\x2b\\x2d-\\x7e]+)(?:,[^p].*?)?),p=([A-Za-z0-9+/=]+)");
    private static final int NONCE_BYTES = 18;

    private final ScramAccounts accounts;
    private final SecureRandom random;
    private final boolean plus;

    ScramMechanism(ScramAccounts accounts, SecureRandom random, boolean plus) {
        this.accounts = accounts;
        this.random = random;
        this.plus = plus;
    }

    @Override
    public String name() {
        return plus ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256";
    }

    @Override
    public boolean offered(ImapSession session) {
        return !session.isPlainAuthDisallowed()
                && (!plus
                        || session.getSSLSession()
                                .filter(ChannelBinding::possible)
                                .isPresent())
                && accounts.offered();
    }

    @Override
    public Exchange begin(ImapSession session) {
        SSLSession tls = session.getSSLSession().orElse(null);
        return new Conversation(tls, tls != null && ChannelBinding.possible(tls));
    }

    private final class Conversation implements Exchange {
        private final @Nullable SSLSession tls;
        private final boolean bindingOffered;
        private String gs2Header = "";
        private String binding = "";
        private String actingAs = "";
        private String user = "";
        private String clientFirstBare = "";
        private String serverFirst = "";
        private String nonce = "";
        private ScramAccounts.@Nullable Found found;
        private @Nullable Proven proven;

        Conversation(@Nullable SSLSession tls, boolean bindingOffered) {
            this.tls = tls;
            this.bindingOffered = bindingOffered;
        }

        @Override
        public Step respond(byte[] response) {
            if (proven != null) {
                return response.length == 0 ? new Step.Done(proven) : new Step.Malformed();
            }
            String text = new String(response, StandardCharsets.UTF_8);
            return found == null ? first(text) : last(text, found);
        }

        private Step first(String text) {
            Matcher matcher = FIRST.matcher(text);
            if (!matcher.matches()) {
                return new Step.Malformed();
            }
            Optional<String> name = unescaped(matcher.group(7));
            Optional<String> other = unescaped(matcher.group(5) == null ? "" : matcher.group(5));
            if (name.isEmpty() || other.isEmpty()) {
                return new Step.Malformed();
            }
            user = name.get();
            actingAs = other.get().equals(user) ? "" : other.get();
            binding = matcher.group(4) == null ? "" : matcher.group(4);
            if (matcher.group(3) != null && bindingOffered) {
                return new Step.Refused(user, "channel binding was taken from the offer on the way");
            }
            if (plus == binding.isEmpty()) {
                return new Step.Malformed();
            }
            gs2Header = matcher.group(1);
            clientFirstBare = matcher.group(6);
            byte[] own = new byte[NONCE_BYTES];
            random.nextBytes(own);
            nonce = matcher.group(8) + Base64.getEncoder().encodeToString(own);
            ScramAccounts.Found keys = accounts.find(user);
            found = keys;
            serverFirst = "r=" + nonce + ",s="
                    + Base64.getEncoder().encodeToString(keys.keys().salt()) + ",i="
                    + keys.keys().iterations();
            return new Step.Challenge(serverFirst);
        }

        private Step last(String text, ScramAccounts.Found keys) {
            Matcher matcher = FINAL.matcher(text);
            byte[] bound;
            byte[] proof;
            try {
                if (!matcher.matches()) {
                    return new Step.Malformed();
                }
                bound = Base64.getDecoder().decode(matcher.group(2));
                proof = Base64.getDecoder().decode(matcher.group(4));
            } catch (IllegalArgumentException e) {
                return new Step.Malformed();
            }
            Optional<byte[]> expected = boundTo();
            if (expected.isEmpty() || !Arrays.equals(expected.get(), bound)) {
                return new Step.Refused(user, "the channel is not the one that the client sees");
            }
            if (!matcher.group(3).equals(nonce)) {
                return new Step.Refused(user, "the nonce is another");
            }
            byte[] authMessage =
                    (clientFirstBare + "," + serverFirst + "," + matcher.group(1)).getBytes(StandardCharsets.UTF_8);
            boolean right = keys.keys().proven(authMessage, proof);
            if (!right || keys.user().isEmpty()) {
                return new Step.Refused(user, "the proof is wrong");
            }
            proven = new Proven.Name(actingAs, keys.user().get());
            return new Step.Challenge(
                    "v=" + Base64.getEncoder().encodeToString(keys.keys().serverSignature(authMessage)));
        }

        /** What the client must have bound itself to; empty where the kind of binding cannot be had. */
        private Optional<byte[]> boundTo() {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.writeBytes(gs2Header.getBytes(StandardCharsets.UTF_8));
            if (binding.isEmpty()) {
                return Optional.of(all.toByteArray());
            }
            Optional<byte[]> channel = tls == null ? Optional.empty() : ChannelBinding.of(binding, tls);
            channel.ifPresent(all::writeBytes);
            return channel.map(octets -> all.toByteArray());
        }
    }

    /** A name whose commas and equal signs are escaped (RFC 5802 section 5.1, saslname). */
    private static Optional<String> unescaped(String name) {
        String rest = name.replace("=2C", "").replace("=3D", "");
        return rest.contains("=")
                ? Optional.empty()
                : Optional.of(name.replace("=2C", ",").replace("=3D", "="));
    }
}
