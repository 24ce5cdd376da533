package org.understudy.server.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPResp;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.OCSPException;
import org.bouncycastle.cert.ocsp.OCSPReqBuilder;
import org.bouncycastle.cert.ocsp.OCSPResp;
import org.bouncycastle.cert.ocsp.SingleResp;
import org.bouncycastle.operator.DigestCalculator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;

/** Asks a certificate's authority about it (RFC 6960), and believes only what that has signed. */
final class OcspResponder {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int LARGEST = 64 << 10;
    private static final Duration SKEW = Duration.ofMinutes(5);
    private static final Duration WITHOUT_END = Duration.ofHours(1);

    private final URI address;
    private final X509CertificateHolder issuer;
    private final BigInteger serial;

    private OcspResponder(URI address, X509CertificateHolder issuer, BigInteger serial) {
        this.address = address;
        this.issuer = issuer;
        this.serial = serial;
    }

    /** A good answer. */
    static final class Answer {
        private final byte[] octets;
        private final Instant from;
        private final Instant until;

        private Answer(byte[] octets, Instant from, Instant until) {
            this.octets = octets;
            this.from = from;
            this.until = until;
        }

        /** The whole response, as TLS passes it on. */
        byte[] octets() {
            return octets.clone();
        }

        Instant from() {
            return from;
        }

        /** It is not to be used from here on. */
        Instant until() {
            return until;
        }
    }

    /** There is no answer that can be passed on. */
    static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1;
        private final boolean revoked;

        NoAnswerException(String message, boolean revoked, @Nullable Throwable cause) {
            super(message, cause);
            this.revoked = revoked;
        }

        /** Whether the authority says that the certificate is revoked. */
        boolean revoked() {
            return revoked;
        }
    }

    /** The responder that a certificate names; empty where it names none, or its issuer is not in the chain. */
    static Optional<OcspResponder> of(ServerCertificate certificate) {
        List<X509Certificate> chain = certificate.chain();
        if (chain.size() < 2) {
            return Optional.empty();
        }
        try {
            JcaX509CertificateHolder own = new JcaX509CertificateHolder(chain.get(0));
            JcaX509CertificateHolder issuer = new JcaX509CertificateHolder(chain.get(1));
            AuthorityInformationAccess access = AuthorityInformationAccess.fromExtensions(own.getExtensions());
            if (access == null) {
                return Optional.empty();
            }
            for (AccessDescription one : access.getAccessDescriptions()) {
                ASN1Encodable name = one.getAccessLocation().getName();
                if (AccessDescription.id_ad_ocsp.equals(one.getAccessMethod())
                        && one.getAccessLocation().getTagNo() == GeneralName.uniformResourceIdentifier
                        && name instanceof ASN1IA5String text) {
                    URI address = new URI(text.getString());
                    if ("http".equals(address.getScheme()) || "https".equals(address.getScheme())) {
                        return Optional.of(new OcspResponder(address, issuer, own.getSerialNumber()));
                    }
                }
            }
            return Optional.empty();
        } catch (GeneralSecurityException | URISyntaxException e) {
            return Optional.empty();
        }
    }

    /** Asks, and waits some seconds at most. */
    Answer ask(Instant now) throws NoAnswerException {
        try {
            DigestCalculator sha1 =
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1);
            CertificateID id = new CertificateID(sha1, issuer, serial);
            byte[] request = new OCSPReqBuilder().addRequest(id).build().getEncoded();
            byte[] octets = post(request);
            return checked(octets, now);
        } catch (IOException e) {
            throw new NoAnswerException(address + " does not answer: " + e.getMessage(), false, e);
        } catch (OCSPException | OperatorCreationException | GeneralSecurityException e) {
            throw new NoAnswerException(address + " gave an answer that cannot be read: " + e.getMessage(), false, e);
        }
    }

    private byte[] post(byte[] request) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        HttpURLConnection http = (HttpURLConnection) address.toURL().openConnection();
        try {
            http.setConnectTimeout(CONNECT_MILLIS);
            http.setReadTimeout(READ_MILLIS);
            http.setInstanceFollowRedirects(false);
            http.setDoOutput(true);
            http.setRequestProperty("Content-Type", "application/ocsp-request");
            http.setRequestProperty("Accept", "application/ocsp-response");
            http.setFixedLengthStreamingMode(request.length);
            try (OutputStream out = http.getOutputStream()) {
                out.write(request);
            }
            if (http.getResponseCode() != HttpURLConnection.HTTP_OK) {
                throw new IOException("HTTP status " + http.getResponseCode());
            }
            byte[] octets = new byte[LARGEST];
            int length = 0;
            try (InputStream in = http.getInputStream()) {
                for (int read = 0; read >= 0; read = in.read(octets, length, LARGEST - length)) {
                    length += read;
                    if (length == LARGEST || System.nanoTime() > deadline) {
                        throw new IOException(
                                length == LARGEST ? "the answer is too long" : "the answer takes too long");
                    }
                }
            }
            return java.util.Arrays.copyOf(octets, length);
        } finally {
            http.disconnect();
        }
    }

    private Answer checked(byte[] octets, Instant now)
            throws NoAnswerException, IOException, OCSPException, OperatorCreationException, GeneralSecurityException {
        OCSPResp response = new OCSPResp(octets);
        if (response.getStatus() != OCSPResp.SUCCESSFUL
                || !(response.getResponseObject() instanceof BasicOCSPResp basic)) {
            throw new NoAnswerException(
                    address + " refuses to answer, with status " + response.getStatus(), false, null);
        }
        if (!signed(basic, now)) {
            throw new NoAnswerException(address + " gave an answer that the authority has not signed", false, null);
        }
        for (SingleResp one : basic.getResponses()) {
            if (one.getCertID().getSerialNumber().equals(serial)
                    && one.getCertID().matchesIssuer(issuer, digests())) {
                return held(octets, one, now);
            }
        }
        throw new NoAnswerException(address + " answered about another certificate", false, null);
    }

    private static org.bouncycastle.operator.DigestCalculatorProvider digests() throws OperatorCreationException {
        return new JcaDigestCalculatorProviderBuilder().build();
    }

    private Answer held(byte[] octets, SingleResp one, Instant now) throws NoAnswerException {
        Instant from = one.getThisUpdate().toInstant();
        Date end = one.getNextUpdate();
        Instant until = end == null ? from.plus(WITHOUT_END) : end.toInstant();
        if (now.plus(SKEW).isBefore(from) || !now.isBefore(until)) {
            throw new NoAnswerException(address + " gave an answer for " + from + " to " + until, false, null);
        }
        if (one.getCertStatus() != null) { // null is how BouncyCastle says good
            throw new NoAnswerException(
                    "the authority says that the certificate is revoked, or does not know it", true, null);
        }
        return new Answer(octets, from, until);
    }

    /** By the authority itself, or by whom it has given a certificate for this (RFC 6960 section 4.2.2.2). */
    private boolean signed(BasicOCSPResp basic, Instant now)
            throws OCSPException, OperatorCreationException, GeneralSecurityException {
        JcaContentVerifierProviderBuilder verifiers = new JcaContentVerifierProviderBuilder();
        try {
            if (basic.isSignatureValid(verifiers.build(issuer))) {
                return true;
            }
            for (X509CertificateHolder one : basic.getCerts()) {
                ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(one.getExtensions());
                if (one.getIssuer().equals(issuer.getSubject())
                        && one.getExtension(Extension.extendedKeyUsage) != null
                        && purposes.hasKeyPurposeId(KeyPurposeId.id_kp_OCSPSigning)
                        && one.isValidOn(Date.from(now))
                        && one.isSignatureValid(verifiers.build(issuer))
                        && basic.isSignatureValid(verifiers.build(one))) {
                    return true;
                }
            }
            return false;
        } catch (org.bouncycastle.cert.CertException e) {
            throw new GeneralSecurityException("a signature cannot be checked", e);
        }
    }
}
