package org.understudy.restore.repository.backend.encrypted;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA-256 (RFC 2104), HKDF (RFC 5869), AES-256-GCM (NIST SP 800-38D) and AES-256-CTR, of the JDK. */
final class Primitives {
    static final int KEY = 32;
    static final int NONCE = 12;
    static final int TAG = 16;

    private Primitives() {}

    static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** HKDF with SHA-256: extract, then expand to {@code length} bytes. */
    static byte[] derive(byte[] key, byte[] salt, String purpose, String name, int length) {
        byte[] extracted = hmac(salt, key);
        byte[] info = (purpose + '\0' + name).getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[0];
        byte[] last = new byte[0];
        for (int i = 1; out.length < length; i++) {
            last = hmac(extracted, last, info, new byte[] {(byte) i});
            int before = out.length;
            out = Arrays.copyOf(out, before + last.length);
            System.arraycopy(last, 0, out, before, last.length);
        }
        return Arrays.copyOf(out, length);
    }

    /** Cipher text and tag. */
    static byte[] seal(byte[] key, byte[] nonce, byte[] bound, byte[] text, int length) {
        try {
            Cipher cipher = gcm(Cipher.ENCRYPT_MODE, key, nonce);
            cipher.updateAAD(bound);
            return cipher.doFinal(text, 0, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    /** @throws AEADBadTagException if it was not sealed with this key, nonce and {@code bound} */
    static byte[] open(byte[] key, byte[] nonce, byte[] bound, byte[] sealed, int from, int length)
            throws AEADBadTagException {
        try {
            Cipher cipher = gcm(Cipher.DECRYPT_MODE, key, nonce);
            cipher.updateAAD(bound);
            return cipher.doFinal(sealed, from, length);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-256-GCM", e);
        }
    }

    private static Cipher gcm(int mode, byte[] key, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(8 * TAG, nonce));
        return cipher;
    }

    /** AES-256-CTR: the same call seals and opens. */
    static byte[] stream(byte[] key, byte[] start, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(start));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES-CTR", e);
        }
    }

    static byte[] eightBytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }
}
