package org.understudy.restore.repository.backend.encrypted;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.AEADBadTagException;

/**
 * Content of {@code encryption.json}: the data key, wrapped with each master key.
 *
 * @param id random, bound to each wrapping, so that one of another repository is not taken for one of this
 * @param keys at least one
 */
record KeyTable(String format, int version, String id, String cipher, List<Wrapped> keys) {
    static final String FORMAT = "understudy-encryption";
    static final int VERSION = 1;
    private static final String CIPHER = "AES-256-GCM";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    KeyTable {
        keys = List.copyOf(keys);
    }

    /** @param wrapped Base64 of {@code nonce:12 | sealed data key:32 | tag:16} */
    record Wrapped(String id, Instant added, String wrapped) {}

    static KeyTable parse(byte[] json) throws JacksonException {
        try {
            return JSON.readValue(json, KeyTable.class);
        } catch (JacksonException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    byte[] json() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JacksonException e) {
            throw new IllegalStateException("a key table can be written", e);
        }
    }

    static KeyTable of(MasterKey master, byte[] dataKey, Instant now) {
        return new KeyTable(FORMAT, VERSION, UUID.randomUUID().toString(), CIPHER, List.of())
                .with(master, dataKey, now);
    }

    List<String> ids() {
        return keys.stream().map(Wrapped::id).toList();
    }

    KeyTable with(MasterKey master, byte[] dataKey, Instant now) {
        byte[] nonce = new byte[Primitives.NONCE];
        new SecureRandom().nextBytes(nonce);
        byte[] sealed = Primitives.seal(master.wrapping(), nonce, bound(master.id()), dataKey, dataKey.length);
        byte[] whole = new byte[nonce.length + sealed.length];
        System.arraycopy(nonce, 0, whole, 0, nonce.length);
        System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
        List<Wrapped> all = new ArrayList<>(keys);
        all.removeIf(one -> one.id().equals(master.id()));
        all.add(new Wrapped(master.id(), now, Base64.getEncoder().encodeToString(whole)));
        return new KeyTable(format, version, id, cipher, all);
    }

    KeyTable without(String keyId) {
        return new KeyTable(
                format,
                version,
                id,
                cipher,
                keys.stream().filter(one -> !one.id().equals(keyId)).toList());
    }

    /** The data key, or empty if no wrapping of it opens with that master key. */
    Optional<byte[]> unwrap(MasterKey master) {
        return keys.stream()
                .filter(one -> one.id().equals(master.id()))
                .flatMap(one -> unwrap(one, master).stream())
                .findFirst();
    }

    private Optional<byte[]> unwrap(Wrapped one, MasterKey master) {
        try {
            byte[] whole = Base64.getDecoder().decode(one.wrapped());
            if (whole.length != Primitives.NONCE + Primitives.KEY + Primitives.TAG) {
                return Optional.empty();
            }
            return Optional.of(Primitives.open(
                    master.wrapping(),
                    Arrays.copyOf(whole, Primitives.NONCE),
                    bound(one.id()),
                    whole,
                    Primitives.NONCE,
                    Primitives.KEY + Primitives.TAG));
        } catch (AEADBadTagException | IllegalArgumentException e) {
            // Changed bytes wrap nothing; the copy of the table is asked next.
            return Optional.empty();
        }
    }

    private byte[] bound(String keyId) {
        return ("understudy data key 1\0" + id + '\0' + keyId).getBytes(StandardCharsets.UTF_8);
    }
}
