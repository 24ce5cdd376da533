package org.understudy.restore.message;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.understudy.storage.Content;

/**
 * Signs mail with DKIM (RFC 6376), rsa-sha256, both canonicalisations relaxed: for the demo's sample mail and for tests,
 * which need messages whose signatures hold. Immutable.
 */
public final class DkimSigner {
    private static final List<String> SIGNED =
            List.of("From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type");

    private final String domain;
    private final String selector;
    private final PrivateKey key;

    /** @param key an RSA key of at least 1024 bits (RFC 8301 section 3.2) */
    public DkimSigner(String domain, String selector, PrivateKey key) {
        this.domain = domain;
        this.selector = selector;
        this.key = key;
    }

    /**
     * The message with a DKIM-Signature field in front, its other octets unchanged. The field's lines end as the message's
     * first line does.
     *
     * @throws IllegalStateException if the key cannot sign
     */
    public byte[] sign(byte[] message) {
        Reading reading = new Reading();
        try {
            MessageReader.read(Content.of(message), reading);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory are always readable", e);
        }
        StringBuilder headers = new StringBuilder();
        StringBuilder names = new StringBuilder();
        for (String name : SIGNED) {
            HeaderBlock.Field field = reading.header().first(name);
            if (field != null) {
                names.append(names.isEmpty() ? "" : ":").append(name.toLowerCase(Locale.ROOT));
                headers.append(name.toLowerCase(Locale.ROOT))
                        .append(':')
                        .append(relaxed(reading.header(), field))
                        .append("\r\n");
            }
        }
        String unsigned = "v=1; a=rsa-sha256; c=relaxed/relaxed; d=" + domain + "; s=" + selector + "; h=" + names
                + "; bh=" + Base64.getEncoder().encodeToString(reading.body.hash()) + "; b=";
        headers.append("dkim-signature:").append(unsigned);
        String field = "DKIM-Signature: " + fold(unsigned, signature(headers.toString()));
        if (!reading.crlf) {
            field = field.replace("\r\n", "\n");
        }
        ByteArrayOutputStream signed = new ByteArrayOutputStream(message.length + field.length());
        signed.writeBytes(field.getBytes(StandardCharsets.ISO_8859_1));
        signed.writeBytes(message);
        return signed.toByteArray();
    }

    /** Value with blanks collapsed and trimmed (RFC 6376 section 3.4.2). */
    private static String relaxed(HeaderBlock header, HeaderBlock.Field field) {
        return header.value(field).replaceAll("[ \t]+", " ").strip();
    }

    private String signature(String headers) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(headers.getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this key cannot sign with RSA and SHA-256", e);
        }
    }

    /** Folds at blanks between tags, where the relaxed form has a blank as well, and within {@code b=}, which signs as empty. */
    private static String fold(String unsigned, String signature) {
        StringBuilder folded = new StringBuilder(unsigned.replaceAll("; (h|bh|b)=", ";\r\n $1="));
        for (int i = 0; i < signature.length(); i += 70) {
            folded.append(i == 0 ? "" : " ")
                    .append(signature, i, Math.min(signature.length(), i + 70))
                    .append("\r\n");
        }
        return folded.toString();
    }

    private static final class Reading implements LineSink {
        private final DkimBody body = new DkimBody(true, "SHA-256", -1);
        private HeaderBlock header = new HeaderBlock.Collector(0).finish(false);
        private boolean crlf;
        private boolean begun;

        HeaderBlock header() {
            return header;
        }

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            crlf |= !begun && ending == 2;
            begun = true;
        }

        @Override
        public void headerEnd(HeaderBlock block, long bodyOffset) {
            header = block;
        }

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
            body.line(buffer, from, to, ending);
        }

        @Override
        public void end(long size) {}
    }
}
