package org.understudy.server.admin;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.Reason;

/**
 * Makes the request of an operation out of path, query and body. Numbers, truths, lists and maps that are left out are 0,
 * false and empty, also within records; a member that is not known is refused, and so is one that stands twice.
 */
final class RequestReader {
    private final ObjectMapper json = OperationJson.mapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    /** The body as an object; an empty one where there is none. */
    ObjectNode object(byte[] body) {
        if (body.length == 0) {
            return json.createObjectNode();
        }
        try {
            JsonNode tree = json.readTree(body);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new Refused(400, Reason.USAGE, "the body is not a JSON object", "Send an object, {...}.");
        } catch (JacksonException e) {
            throw wrong(e);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot be read", e);
        }
    }

    /**
     * Puts what path and query say into the object.
     *
     * @throws Refused with status 400 if the body says it too
     */
    void put(ObjectNode object, Map<String, String> values, Map<String, Class<?>> types) {
        values.forEach((name, value) -> {
            if (object.has(name)) {
                throw new Refused(
                        400, Reason.USAGE, "'" + name + "' is given by the path already", "Leave it out of the body.");
            }
            Class<?> type = types.getOrDefault(name, String.class);
            try {
                if (type == long.class || type == int.class) {
                    object.put(name, Long.parseLong(value));
                } else if (type == boolean.class) {
                    if (!value.equals("true") && !value.equals("false")) {
                        throw new NumberFormatException();
                    }
                    object.put(name, value.equals("true"));
                } else {
                    object.put(name, value);
                }
            } catch (NumberFormatException e) {
                throw new Refused(
                        400,
                        Reason.USAGE,
                        "'" + name + "' is not " + (type == boolean.class ? "true or false" : "a number"),
                        "Correct the query.");
            }
        });
    }

    void require(ObjectNode object, Set<String> names) {
        for (String name : names) {
            JsonNode value = object.get(name);
            if (value == null
                    || value.isNull()
                    || value.isTextual() && value.asText().isBlank()) {
                throw new Refused(400, Reason.USAGE, "'" + name + "' is missing", "Add it to the body.");
            }
        }
    }

    /** @throws Refused with status 400 if it is not what the type wants */
    <Q> Q read(ObjectNode object, Class<Q> type) {
        try {
            fill(object, json.constructType(type));
            return json.treeToValue(object, type);
        } catch (JacksonException e) {
            throw wrong(e);
        }
    }

    Object body(Object value) {
        return json.valueToTree(value);
    }

    ObjectMapper json() {
        return json;
    }

    private void fill(ObjectNode object, JavaType type) {
        for (BeanPropertyDefinition member :
                json.getDeserializationConfig().introspect(type).findProperties()) {
            JavaType inner = member.getPrimaryType();
            JsonNode given = object.get(member.getName());
            if (given instanceof ObjectNode record && inner.isRecordType()) {
                fill(record, inner);
            } else if (given == null && inner.isPrimitive()) {
                if (inner.hasRawClass(boolean.class)) {
                    object.put(member.getName(), false);
                } else {
                    object.put(member.getName(), 0);
                }
            } else if (given == null && inner.isMapLikeType()) {
                object.putObject(member.getName());
            } else if (given == null && inner.isCollectionLikeType()) {
                object.putArray(member.getName());
            }
        }
    }

    private static Refused wrong(JacksonException e) {
        return new Refused(
                400,
                Reason.USAGE,
                "the body is not what this request takes: " + e.getOriginalMessage(),
                "See /v1/openapi.json for what it takes.");
    }
}
