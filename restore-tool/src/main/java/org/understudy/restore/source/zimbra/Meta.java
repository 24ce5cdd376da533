package org.understudy.restore.source.zimbra;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.source.Witness;
import org.understudy.storage.keyspace.Flags;

/** What a {@code .meta} file says of its item. */
final class Meta {
    static final int FOLDER = 1;
    static final int MESSAGE = 5;
    static final int CHAT = 16;

    private static final int LIMIT = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Map<Integer, String> KINDS = Map.ofEntries(
            Map.entry(FOLDER, "a folder"),
            Map.entry(2, "a saved search"),
            Map.entry(3, "a tag"),
            Map.entry(4, "a conversation"),
            Map.entry(MESSAGE, "a message"),
            Map.entry(6, "a contact"),
            Map.entry(8, "a document"),
            Map.entry(9, "a note"),
            Map.entry(10, "a flag"),
            Map.entry(11, "an appointment"),
            Map.entry(12, "a conversation"),
            Map.entry(13, "a mounted folder"),
            Map.entry(14, "a wiki page"),
            Map.entry(15, "a task"),
            Map.entry(CHAT, "a chat"),
            Map.entry(17, "a comment"),
            Map.entry(18, "a link"));

    /** Flags of IMAP by Zimbra's letters. */
    private static final Map<Character, Integer> FLAGS =
            Map.of('r', Flags.ANSWERED, 'f', Flags.FLAGGED, 'd', Flags.DRAFT, 'x', Flags.DELETED);

    private final JsonNode json;

    private Meta(JsonNode json) {
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws IOException if it is no JSON as Zimbra writes it
     */
    static Meta read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes(LIMIT);
        }
        try {
            JsonNode json = JSON.readTree(bytes);
            if (json == null || !json.path("type").isInt() || !json.has("Path") && !json.has("id")) {
                throw new IOException("it has no type and path as Zimbra writes them");
            }
            return new Meta(json);
        } catch (JsonProcessingException e) {
            throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    int type() {
        return json.path("type").asInt();
    }

    boolean isMail() {
        return type() == MESSAGE || type() == CHAT;
    }

    String kind() {
        return KINDS.getOrDefault(type(), "an item of type " + type());
    }

    /** Where the item was, without its own name; empty if it does not say. */
    Optional<String> folder() {
        String path = json.path("Path").asText("");
        int end = path.lastIndexOf('/');
        return end <= 0 ? Optional.empty() : Optional.of(path.substring(1, end));
    }

    /** Path of a folder's own item, without the first slash. */
    String path() {
        String path = json.path("Path").asText("");
        return path.startsWith("/") ? path.substring(1) : path;
    }

    long uid() {
        long uid = json.path("imap_id").asLong(0);
        return uid > 0 && uid <= 0xffff_ffffL ? uid : 0;
    }

    Optional<Instant> arrived() {
        long seconds = json.path("date").asLong(0);
        return seconds > 0 ? Optional.of(Instant.ofEpochSecond(seconds)) : Optional.empty();
    }

    Flags flags() {
        int system = json.path("unread").asInt(0) == 0 ? Flags.SEEN : 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (char letter : json.path("FlagStr").asText("").toCharArray()) {
            system |= FLAGS.getOrDefault(letter, 0);
            if (letter == 'w') {
                keywords.add("$Forwarded");
            }
        }
        for (String tag : tags()) {
            String keyword = tag.strip().replaceAll("[^\\x21-\\x7e]|[(){%*\"\\\\\\]]", "_");
            if (!keyword.isEmpty()) {
                keywords.add(keyword);
            }
        }
        return Flags.of(system, keywords);
    }

    /** Names joined by colons, with a backslash before one that is part of a name. */
    private Set<String> tags() {
        Set<String> tags = new TreeSet<>();
        StringBuilder tag = new StringBuilder();
        String joined = json.path("TagNames").asText("");
        for (int i = 0; i <= joined.length(); i++) {
            char c = i == joined.length() ? ':' : joined.charAt(i);
            if (c == '\\' && i + 1 < joined.length()) {
                tag.append(joined.charAt(++i));
            } else if (c == ':') {
                if (!tag.isEmpty()) {
                    tags.add(tag.toString());
                }
                tag.setLength(0);
            } else {
                tag.append(c);
            }
        }
        return tags;
    }

    Optional<Witness> size() {
        long size = json.path("size").asLong(-1);
        return size < 0 ? Optional.empty() : Optional.of(new Witness.IndexSize(size, "Zimbra's metadata"));
    }

    Optional<Witness> digest() {
        String text = json.path("blob_digest").asText("").replace(',', '/');
        try {
            byte[] digest = Base64.getDecoder().decode(text);
            String hex = HexFormat.of().formatHex(digest).toLowerCase(Locale.ROOT);
            return switch (digest.length) {
                case 20 -> Optional.of(new Witness.OctetsDigest("SHA-1", hex, "Zimbra's metadata"));
                case 32 -> Optional.of(new Witness.OctetsDigest("SHA-256", hex, "Zimbra's metadata"));
                default -> Optional.empty();
            };
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // external stores put ids of their own there
        }
    }
}
