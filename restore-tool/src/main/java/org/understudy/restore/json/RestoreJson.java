package org.understudy.restore.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageId;

/**
 * Writes and reads the restore's records. Same value, same bytes: properties in the order of the record's components,
 * maps and sets as they iterate, instants as ISO 8601 in UTC, digests as 64 hexadecimal digits, flags as a list of
 * names. Properties that are null are left out.
 */
public final class RestoreJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .addModule(storeTypes())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .addMixIn(Finding.Place.class, PlaceKinds.class)
            .addMixIn(Witness.class, WitnessKinds.class)
            .build();

    private RestoreJson() {}

    /** The mapper itself, for streams. Never reconfigure it. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /** One line of JSON. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a " + value.getClass().getName() + " as JSON", e);
        }
    }

    /** @throws IllegalArgumentException if {@code json} is not of that type */
    public static <T> T read(String json, Class<T> type) {
        try {
            return MAPPER.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not a " + type.getSimpleName() + " in JSON: " + e.getOriginalMessage(), e);
        }
    }

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "in")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Finding.Place.Whole.class, name = "message"),
        @JsonSubTypes.Type(value = Finding.Place.Octets.class, name = "octets"),
        @JsonSubTypes.Type(value = Finding.Place.Header.class, name = "header"),
        @JsonSubTypes.Type(value = Finding.Place.FileName.class, name = "fileName")
    })
    private interface PlaceKinds {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Witness.MaildirSize.class, name = "S"),
        @JsonSubTypes.Type(value = Witness.MaildirVirtualSize.class, name = "W"),
        @JsonSubTypes.Type(value = Witness.TrustedDigest.class, name = "digest"),
        @JsonSubTypes.Type(value = Witness.IndexSize.class, name = "indexSize"),
        @JsonSubTypes.Type(value = Witness.TakenFrom.class, name = "takenFrom"),
        @JsonSubTypes.Type(value = Witness.OtherCopy.class, name = "otherCopy"),
        @JsonSubTypes.Type(value = Witness.Rfc822Size.class, name = "rfc822Size"),
        @JsonSubTypes.Type(value = Witness.ContentGuid.class, name = "guid"),
        @JsonSubTypes.Type(value = Witness.NotListed.class, name = "notListed"),
        @JsonSubTypes.Type(value = Witness.OctetsDigest.class, name = "octetsDigest"),
        @JsonSubTypes.Type(value = Witness.Rebuilt.class, name = "rebuilt"),
        @JsonSubTypes.Type(value = Witness.IndexFlags.class, name = "indexFlags")
    })
    private interface WitnessKinds {}

    private static SimpleModule storeTypes() {
        SimpleModule module = new SimpleModule("store-types");
        add(
                module,
                Digest.class,
                (value, out) -> out.writeString(value.toString()),
                in -> Digest.parse(in.getValueAsString()));
        add(module, BodyId.class, (value, out) -> out.writeNumber(value.value()), in -> new BodyId(in.getLongValue()));
        add(
                module,
                MailboxId.class,
                (value, out) -> out.writeNumber(value.value()),
                in -> new MailboxId(in.getLongValue()));
        add(
                module,
                MessageId.class,
                (value, out) -> out.writeNumber(value.value()),
                in -> new MessageId(in.getLongValue()));
        add(
                module,
                Flags.class,
                (value, out) -> {
                    List<String> names = FlagNames.of(value);
                    out.writeArray(names.toArray(String[]::new), 0, names.size());
                },
                RestoreJson::readFlags);
        return module;
    }

    private static Flags readFlags(JsonParser in) throws IOException {
        if (!in.isExpectedStartArrayToken()) {
            throw new IOException("flags are a list of names, found " + in.currentToken());
        }
        List<String> names = new ArrayList<>();
        while (in.nextToken() != JsonToken.END_ARRAY) {
            names.add(in.getValueAsString());
        }
        return FlagNames.parse(names);
    }

    private interface Writing<T> {
        void write(T value, JsonGenerator out) throws IOException;
    }

    private interface Reading<T> {
        T read(JsonParser in) throws IOException;
    }

    private static <T> void add(SimpleModule module, Class<T> type, Writing<T> writing, Reading<T> reading) {
        module.addSerializer(type, new JsonSerializer<>() {
            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                writing.write(value, out);
            }
        });
        module.addDeserializer(type, new JsonDeserializer<>() {
            @Override
            public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
                return reading.read(in);
            }
        });
    }
}
