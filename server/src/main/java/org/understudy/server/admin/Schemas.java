package org.understudy.server.admin;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.OperationJson;

/**
 * JSON Schemas (draft 2020-12) of records as the API reads and writes them. What it writes has every member; what it reads
 * may lack those that have a meaning when they are left out.
 */
final class Schemas {
    private static final Set<Class<?>> WHOLE = Set.of(int.class, Integer.class, long.class, Long.class);
    private static final Set<Class<?>> FRACTIONS = Set.of(double.class, Double.class, float.class, Float.class);

    private final ObjectMapper json = OperationJson.mapper();
    private final TreeMap<String, ObjectNode> components = new TreeMap<>();
    private final TreeMap<String, Class<?>> owners = new TreeMap<>();

    /** Those that others refer to, by name. */
    ObjectNode components() {
        ObjectNode all = object();
        components.forEach(all::set);
        return all;
    }

    /** Of what the API writes. */
    ObjectNode written(Class<?> type) {
        return schema(json.constructType(type), false, "");
    }

    /** Of a body that the API reads. */
    ObjectNode read(Route.Body body) {
        ObjectNode whole = record(json.constructType(body.type()), true);
        ObjectNode members = (ObjectNode) whole.get("properties");
        body.without().forEach(members::remove);
        body.more()
                .forEach((name, what) ->
                        members.putObject(name).put("type", "string").put("description", what));
        ArrayNode required = whole.putArray("required");
        body.required().stream().sorted().forEach(required::add);
        return whole;
    }

    /** Of one value in a path or a query. */
    ObjectNode value(Class<?> type) {
        return schema(json.constructType(type), true, "");
    }

    private ObjectNode schema(JavaType type, boolean reading, String member) {
        Class<?> raw = type.getRawClass();
        ObjectNode schema = object();
        if (raw == String.class || raw == Path.class || CharSequence.class.isAssignableFrom(raw)) {
            return schema.put("type", "string");
        }
        if (WHOLE.contains(raw)) {
            return schema.put("type", "integer")
                    .put("format", raw.getSimpleName().startsWith("i") ? "int32" : "int64");
        }
        if (FRACTIONS.contains(raw)) {
            return schema.put("type", "number");
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return schema.put("type", "boolean");
        }
        if (raw == Instant.class) {
            return schema.put("type", "string").put("format", "date-time");
        }
        if (raw == Duration.class) {
            return schema.put("type", "string").put("format", "duration");
        }
        if (type.isEnumType()) {
            ArrayNode words = schema.put("type", "string").putArray("enum");
            for (Object one : raw.getEnumConstants()) {
                words.add(json.convertValue(one, String.class));
            }
            return schema;
        }
        if (type.isMapLikeType()) {
            schema.put("type", "object").set("additionalProperties", schema(type.getContentType(), reading, member));
            return schema;
        }
        if (type.isCollectionLikeType() || type.isArrayType() && raw != byte[].class) {
            schema.put("type", "array").set("items", schema(type.getContentType(), reading, member));
            return schema;
        }
        if (raw == byte[].class) {
            return schema.put("type", "string").put("contentEncoding", "base64");
        }
        if (type.isRecordType()) {
            return schema.put("$ref", "#/components/schemas/" + component(type, reading));
        }
        // Anything: JSON of an operation's own making.
        return schema;
    }

    private String component(JavaType type, boolean reading) {
        Class<?> raw = type.getRawClass();
        StringBuilder name = new StringBuilder();
        for (Class<?> one = raw; one != null; one = one.getEnclosingClass()) {
            name.insert(0, one.getSimpleName());
        }
        if (reading) {
            name.append("Input");
        }
        Class<?> owner = owners.get(name.toString());
        if (owner != null && owner != raw) {
            name.insert(0, raw.getPackageName().substring(raw.getPackageName().lastIndexOf('.') + 1));
        }
        String key = name.toString();
        owners.putIfAbsent(key, raw);
        if (!components.containsKey(key)) {
            components.put(key, object());
            components.put(key, record(type, reading));
        }
        return key;
    }

    private ObjectNode record(JavaType type, boolean reading) {
        BeanDescription description = reading
                ? json.getDeserializationConfig().introspect(type)
                : json.getSerializationConfig().introspect(type);
        ObjectNode schema = object().put("type", "object");
        ObjectNode members = schema.putObject("properties");
        ArrayNode required = JsonNodeFactory.instance.arrayNode();
        for (BeanPropertyDefinition member : description.findProperties()) {
            if (reading ? !member.couldDeserialize() : !member.couldSerialize()) {
                continue;
            }
            ObjectNode value = schema(member.getPrimaryType(), reading, member.getName());
            boolean nullable = nullable(type.getRawClass(), member.getName());
            members.set(member.getName(), nullable || reading ? orNull(value, member.getPrimaryType()) : value);
            if (!reading) {
                required.add(member.getName());
            }
        }
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static JsonNode orNull(ObjectNode schema, JavaType type) {
        if (type.isPrimitive() || schema.isEmpty()) {
            return schema;
        }
        if (schema.has("type") && !schema.has("enum")) {
            String one = schema.get("type").asText();
            ArrayNode both = schema.putArray("type");
            both.add(one).add("null");
            return schema;
        }
        ObjectNode either = object();
        either.putArray("anyOf").add(schema).addObject().put("type", "null");
        return either;
    }

    private static boolean nullable(Class<?> type, String member) {
        RecordComponent[] all = type.getRecordComponents();
        if (all == null) {
            return false;
        }
        for (RecordComponent one : all) {
            if (one.getName().equals(member)) {
                return one.getAnnotatedType().isAnnotationPresent(Nullable.class);
            }
        }
        return false;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
