package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's side of SCRAM-SHA-256, written for tests from RFC 5802 on the JDK's PBKDF2 alone. */
final class ScramTestClient {
    private static final String NONCE = "fyko+d2lbbFgONRv9qkxdawL";

    private final String gs2Header;
    private final byte[] binding;
    private final String password;
    private final String firstBare;
    private String expectedSignature = "";

    /** @param gs2Header such as {@code n,,}, with {@code binding} after it where it names one */
    ScramTestClient(String user, String password, String gs2Header, byte[] binding) {
        this.password = password;
        this.gs2Header = gs2Header;
        this.binding = binding;
        this.firstBare = "n=" + user + ",r=" + NONCE;
    }

    /** Logs in with the mechanism and says how the command was answered. */
    String authenticate(ImapTestClient client, String mechanism) throws Exception {
        client.send("s AUTHENTICATE " + mechanism + " " + base64(gs2Header + firstBare) + "\r\n");
        String reply = client.line();
        if (!reply.startsWith("+ ")) {
            return reply.substring(2);
        }
        client.send(base64(last(decoded(reply))) + "\r\n");
        reply = client.line();
        if (!reply.startsWith("+ ")) {
            return reply.substring(2);
        }
        if (!decoded(reply).equals("v=" + expectedSignature)) {
            throw new AssertionError("the server has not proven that it knows the keys: " + decoded(reply));
        }
        client.send("\r\n");
        List<String> rest = client.until("s");
        return rest.get(rest.size() - 1).substring(2);
    }

    private String last(String serverFirst) throws GeneralSecurityException {
        String[] parts = serverFirst.split(",");
        String nonce = parts[0].substring(2);
        if (!nonce.startsWith(NONCE) || nonce.length() <= NONCE.length()) {
            throw new AssertionError("the nonce is not longer than the client's: " + serverFirst);
        }
        byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
        int iterations = Integer.parseInt(parts[2].substring(2));
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                .getEncoded();
        byte[] header = gs2Header.getBytes(StandardCharsets.US_ASCII);
        byte[] bound = new byte[header.length + binding.length];
        System.arraycopy(header, 0, bound, 0, header.length);
        System.arraycopy(binding, 0, bound, header.length, binding.length);
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(bound) + ",r=" + nonce;
        byte[] message = (firstBare + "," + serverFirst + "," + withoutProof).getBytes(StandardCharsets.UTF_8);
        byte[] clientKey = hmac(salted, "Client Key".getBytes(StandardCharsets.US_ASCII));
        byte[] proof = hmac(MessageDigest.getInstance("SHA-256").digest(clientKey), message);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        expectedSignature = Base64.getEncoder()
                .encodeToString(hmac(hmac(salted, "Server Key".getBytes(StandardCharsets.US_ASCII)), message));
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    private static byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String decoded(String reply) {
        return new String(Base64.getDecoder().decode(reply.substring(2)), StandardCharsets.UTF_8);
    }
}
