package org.understudy.server.acme;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Provider;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Challenge;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.util.KeyPairUtils;
import org.understudy.server.tls.KeyFiles;
import org.understudy.server.tls.ServerCertificate;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** One order of one certificate, from the account to the chain. */
final class CertificateOrder {
    private static final Duration REQUEST = Duration.ofSeconds(20);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final AcmeSettings settings;
    private final Path folder;

    CertificateOrder(AcmeSettings settings, Path folder) {
        this.settings = settings;
        this.folder = folder;
    }

    /**
     * Proves to the authority that the names are this server's, and gets a certificate for a new key.
     *
     * @throws AcmeException if the authority refuses, or does not answer
     * @throws OperatorException if the listener or the account's key cannot be had
     */
    ServerCertificate place(List<String> names) throws AcmeException, InterruptedException {
        Session session = new Session(settings.directory());
        session.networkSettings().setTimeout(REQUEST);
        AccountBuilder builder = new AccountBuilder().agreeToTermsOfService().useKeyPair(accountKey());
        if (!settings.contact().isEmpty()) {
            builder.addContact("mailto:" + settings.contact());
        }
        Account account = builder.create(session);
        Order order = account.newOrder().domains(names).create();
        try (ChallengeListener listener = ChallengeListener.open(settings)) {
            for (Authorization authorization : order.getAuthorizations()) {
                if (authorization.getStatus() != Status.VALID) {
                    prove(authorization, listener);
                }
            }
        }
        order.waitUntilReady(PATIENCE);
        KeyPair keys = newKeys(null);
        order.execute(keys);
        if (order.waitForCompletion(PATIENCE) != Status.VALID) {
            throw new AcmeException("the order came to " + order.getStatus()
                    + order.getError().map(problem -> ": " + problem).orElse(""));
        }
        return new ServerCertificate(keys.getPrivate(), order.getCertificate().getCertificateChain());
    }

    private static void prove(Authorization authorization, ChallengeListener listener)
            throws AcmeException, InterruptedException {
        String name = authorization.getIdentifier().getDomain();
        Http01Challenge challenge = authorization
                .findChallenge(Http01Challenge.class)
                .orElseThrow(() -> new AcmeException(name
                        + ": the authority does not offer to ask over HTTP (http-01), the one way that is known here"));
        listener.answer(challenge.getToken(), challenge.getAuthorization());
        challenge.trigger();
        if (authorization.waitForCompletion(PATIENCE) != Status.VALID) {
            String why = authorization
                    .findChallenge(Http01Challenge.class)
                    .flatMap(Challenge::getError)
                    .map(Problem::toString)
                    .orElse("no reason is given");
            throw new AcmeException(name + ": the authority could not see that the name is this server's: " + why);
        }
    }

    private KeyPair accountKey() {
        Path file = folder.resolve("account.pem");
        try {
            if (!Files.exists(file)) {
                StringWriter text = new StringWriter();
                KeyPairUtils.writeKeyPair(newKeys(new BouncyCastleProvider()), text);
                KeyFiles.write(file, text.toString());
            }
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII)) {
                return KeyPairUtils.readKeyPair(reader);
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new OperatorException(
                    Reason.IO,
                    file + ": the key of the account with the authority cannot be read: " + e.getMessage(),
                    "Mend the file, or take it away: another account is made then.",
                    e);
        }
    }

    /** @param provider null for Java's own; that of BouncyCastle writes the public key beside the private one */
    private static KeyPair newKeys(@Nullable Provider provider) {
        try {
            KeyPairGenerator generator = provider == null
                    ? KeyPairGenerator.getInstance("EC")
                    : KeyPairGenerator.getInstance("EC", provider);
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java makes ECDSA P-256 keys", e);
        }
    }
}
