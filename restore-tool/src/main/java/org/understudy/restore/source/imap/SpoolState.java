package org.understudy.restore.source.imap;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.source.imap.SpoolEntry.Body;

/** What the records of a spool's journal add up to. */
final class SpoolState {
    private final Map<Integer, SpoolBox> boxes = new TreeMap<>();
    private final Map<String, Body> byGmailId = new HashMap<>();
    private int run;

    /** By number, which is the order in which they were first seen. */
    List<SpoolBox> boxes() {
        return List.copyOf(boxes.values());
    }

    @Nullable
    SpoolBox box(String name) {
        return boxes.values().stream()
                .filter(box -> box.name.equals(name))
                .findFirst()
                .orElse(null);
    }

    int nextBox() {
        return boxes.size() + 1;
    }

    /** Where the octets of a Gmail message lie already, or null. */
    @Nullable
    Body body(String gmailId) {
        return gmailId.isEmpty() ? null : byGmailId.get(gmailId);
    }

    /** Number of the latest run that has begun, from 1. */
    int run() {
        return run;
    }

    /** @throws IllegalArgumentException if the record does not follow from those before */
    void apply(JsonNode record) {
        switch (record.path("type").asText()) {
            case "begin" -> run = record.path("run").asInt();
            case "mailbox" -> mailbox(record);
            case "missing" -> box(record).listed = false;
            case "failed" -> box(record).failure = record.path("why").asText();
            case "open" -> open(record);
            case "message" -> message(record);
            case "flags" ->
                box(record).current.entries().computeIfPresent(uid(record), (uid, entry) -> entry.with(flags(record)));
            case "gone" ->
                box(record).current.entries().computeIfPresent(uid(record), (uid, entry) -> entry.expunged());
            case "end", "said" -> {
                // told for people
            }
            default ->
                throw new IllegalArgumentException("a record of a kind that is not known: "
                        + record.path("type").asText());
        }
    }

    private void mailbox(JsonNode record) {
        int number = record.path("box").asInt();
        SpoolBox box = boxes.computeIfAbsent(
                number,
                n -> new SpoolBox(
                        n,
                        record.path("name").asText(),
                        record.path("delimiter").asText()));
        List<String> attributes = new ArrayList<>();
        record.path("attributes").forEach(one -> attributes.add(one.asText()));
        box.attributes = List.copyOf(attributes);
        box.subscribed = record.path("subscribed").asBoolean();
        box.listed = true;
        box.failure = "";
    }

    private void open(JsonNode record) {
        SpoolBox box = box(record);
        long uidValidity = record.path("uidValidity").asLong();
        if (uidValidity != box.current.uidValidity()) {
            if (!box.current.entries().isEmpty()) {
                box.earlier.add(box.current);
            }
            box.current = new SpoolBox.Generation(uidValidity, new TreeMap<>());
        }
        box.failure = "";
        box.unlisted = record.path("unlisted").asLong();
    }

    private void message(JsonNode record) {
        Body body = record.has("sha256")
                ? new Body(
                        record.path("part").asInt(),
                        record.path("offset").asLong(),
                        record.path("length").asLong(),
                        record.path("sha256").asText())
                : null;
        String gmail = record.path("gmail").asText();
        SpoolEntry entry = new SpoolEntry(
                flags(record),
                record.path("date").asText(),
                record.path("size").asLong(-1),
                gmail,
                body,
                record.path("refused").asText(),
                false);
        box(record).current.entries().put(uid(record), entry);
        if (body != null && !gmail.isEmpty()) {
            byGmailId.putIfAbsent(gmail, body);
        }
    }

    private SpoolBox box(JsonNode record) {
        SpoolBox box = boxes.get(record.path("box").asInt());
        if (box == null) {
            throw new IllegalArgumentException("a record of a mailbox that no record names");
        }
        return box;
    }

    private static long uid(JsonNode record) {
        return record.path("uid").asLong();
    }

    private static List<String> flags(JsonNode record) {
        List<String> flags = new ArrayList<>();
        record.path("flags").forEach(flag -> flags.add(flag.asText().intern()));
        return List.copyOf(flags);
    }
}
