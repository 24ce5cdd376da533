package org.understudy.server.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A record as one line of JSON, version 1: {@code {"v":1,"n":N,...,"before":"HEX","hash":"HEX"}}, then LF. The hash is the
 * SHA-256 of the line's octets up to and without {@code ,"hash":"} (docs/audit-log-format.md).
 */
final class AuditLine {
    static final int VERSION = 1;
    static final String NOTHING_BEFORE = "0".repeat(64);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final String HASH = ",\"hash\":\"";
    private static final String END = "\"}";
    private static final int HASH_OCTETS = HASH.length() + 64 + END.length();

    private AuditLine() {}

    /**
     * @param text without LF
     * @param hash of it
     */
    record Written(String text, String hash) {}

    static Written of(long number, Instant at, AuditEvent event, String before) {
        ObjectNode node = JSON.createObjectNode();
        node.put("v", VERSION);
        node.put("n", number);
        node.put("at", at.toString());
        node.put("kind", word(event.kind()));
        node.put("actor", event.actor().name());
        node.put("from", event.actor().from());
        node.put("action", event.action());
        ObjectNode details = node.putObject("details");
        event.details().forEach(details::put);
        node.put("outcome", word(event.outcome()));
        node.put("words", event.words());
        node.put("before", before);
        String open;
        try {
            String closed = JSON.writeValueAsString(node);
            open = closed.substring(0, closed.length() - 1);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("text that JSON cannot express", e);
        }
        String hash = sha256(open.getBytes(StandardCharsets.UTF_8));
        return new Written(open + HASH + hash + END, hash);
    }

    /**
     * @param octets a line without LF
     * @return empty if it is no record, or its hash is not that of what it says
     */
    static Optional<AuditRecord> parse(byte[] octets) {
        int open = octets.length - HASH_OCTETS;
        if (open <= 0) {
            return Optional.empty();
        }
        String tail = new String(octets, open, HASH_OCTETS, StandardCharsets.ISO_8859_1);
        byte[] hashed = Arrays.copyOf(octets, open);
        if (!tail.equals(HASH + sha256(hashed) + END)) {
            return Optional.empty();
        }
        try {
            return Optional.of(read(JSON.readTree(octets)));
        } catch (IOException | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static AuditRecord read(JsonNode node) {
        if (node.path("v").asInt() != VERSION) {
            throw new IllegalArgumentException("version " + node.path("v"));
        }
        SortedMap<String, String> details = new TreeMap<>();
        node.path("details")
                .properties()
                .forEach(one -> details.put(one.getKey(), one.getValue().asText()));
        return new AuditRecord(
                node.path("n").asLong(),
                Instant.parse(node.path("at").asText()),
                AuditEvent.Kind.valueOf(node.path("kind").asText().toUpperCase(Locale.ROOT)),
                node.path("actor").asText(),
                node.path("from").asText(),
                node.path("action").asText(),
                details,
                AuditEvent.Outcome.valueOf(node.path("outcome").asText().toUpperCase(Locale.ROOT)),
                node.path("words").asText(),
                node.path("before").asText(),
                node.path("hash").asText());
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static String sha256(byte[] octets) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
