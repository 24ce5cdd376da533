package org.understudy.server.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.OperationJson;

/** A row as one line of JSON (docs/tls-ledger.md). What is left out is unknown, and empty. */
final class RowText {
    private static final ObjectMapper MAPPER = OperationJson.mapper();

    private RowText() {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Line(
            @Nullable String listener,
            @Nullable Integer port,
            @Nullable String host,
            @Nullable String user,
            @Nullable String client,
            @Nullable String family,
            @Nullable String tls,
            @Nullable String certificate,
            @Nullable Fault fault,
            @Nullable Outcome outcome,
            @Nullable Instant first,
            @Nullable Instant last,
            @Nullable Long count) {}

    static String of(LedgerRow row) {
        return write(row.key(), row.first(), row.last(), row.count());
    }

    /** A row that is no longer there. */
    static String gone(LedgerKey key) {
        return write(key, null, null, 0L);
    }

    private static String write(LedgerKey key, @Nullable Instant first, @Nullable Instant last, long count) {
        Line line = new Line(
                filled(key.listener()),
                key.port() == 0 ? null : key.port(),
                filled(key.host()),
                filled(key.user()),
                filled(key.client()),
                filled(key.family()),
                filled(key.tls()),
                filled(key.certificate()),
                key.fault() == Fault.NONE ? null : key.fault(),
                key.outcome(),
                first,
                last,
                count);
        try {
            return MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a row cannot be written as JSON", e);
        }
    }

    private static @Nullable String filled(String text) {
        return text.isEmpty() ? null : text;
    }

    /**
     * @throws IllegalArgumentException if it is no row
     */
    static Line read(String json) {
        try {
            return MAPPER.readValue(json, Line.class);
        } catch (ValueInstantiationException e) {
            throw new IllegalArgumentException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    static LedgerKey key(Line line) {
        return new LedgerKey(
                text(line.listener()),
                line.port() == null ? 0 : line.port(),
                text(line.host()),
                text(line.user()),
                text(line.client()),
                text(line.family()),
                text(line.tls()),
                text(line.certificate()),
                line.fault() == null ? Fault.NONE : line.fault(),
                line.outcome() == null ? Outcome.LOGGED_IN : line.outcome());
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
