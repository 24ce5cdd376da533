package org.understudy.restore.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/** Writes an inspection as JSON lines (UTF-8, LF), totals last. Closing does not close the stream. */
public final class InspectionLines implements Inspection.Sink, Closeable {
    private final JsonGenerator json;
    private final boolean onlyUnsound;

    /** @param onlyUnsound leaves out sound messages and what is no message; the totals are of everything all the same */
    public InspectionLines(OutputStream out, boolean onlyUnsound) throws IOException {
        ObjectMapper mapper = OperationJson.mapper();
        this.json = mapper.createGenerator(out)
                .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                .setRootValueSeparator(null);
        this.onlyUnsound = onlyUnsound;
    }

    @Override
    public void accept(Inspected item) throws IOException {
        accept(item, null);
    }

    /** @param best the best copy where several sources were compared, else null */
    public void accept(Inspected item, @Nullable BestCopy best) throws IOException {
        if (onlyUnsound && !item.unsound()) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("item", item.ref().path());
        json.writeNumberField("ordinal", item.ref().ordinal());
        switch (item) {
            case Inspected.Message message -> message(message, "message");
            case Inspected.Unreadable unreadable -> {
                json.writeStringField("bin", "unreadable");
                mailbox(unreadable.mailbox().orElse(null));
                json.writeStringField("why", unreadable.why());
            }
            case Inspected.Ignored ignored -> {
                json.writeStringField("bin", "ignored");
                json.writeStringField("why", ignored.why());
            }
        }
        best(best);
        json.writeEndObject();
        json.writeRaw('\n');
    }

    /** Writes a message that only another source holds, whether it is sound or not. */
    public void onlyThere(String source, Inspected.Message message, BestCopy best) throws IOException {
        json.writeStartObject();
        json.writeStringField("item", message.ref().path());
        json.writeNumberField("ordinal", message.ref().ordinal());
        json.writeStringField("source", source);
        message(message, "only-there");
        best(best);
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private void best(@Nullable BestCopy best) throws IOException {
        if (best == null) {
            return;
        }
        json.writeObjectFieldStart("best");
        json.writeStringField("source", best.source());
        json.writeStringField("item", best.ref().path());
        json.writeNumberField("ordinal", best.ref().ordinal());
        Verdict verdict = best.verdict();
        json.writeStringField("verdict", verdict == null ? "unreadable" : verdict.word());
        json.writeStringField("why", best.why());
        json.writeEndObject();
    }

    /** Writes the last line. */
    public void totals(InspectionSummary summary) throws IOException {
        totals(summary, null);
    }

    /** @param copies totals of a comparison of sources, or null */
    public void totals(InspectionSummary summary, @Nullable Object copies) throws IOException {
        json.writeStartObject();
        json.writeObjectField("totals", summary);
        if (copies != null) {
            json.writeObjectField("copies", copies);
        }
        json.writeEndObject();
        json.writeRaw('\n');
        json.flush();
    }

    @Override
    public void close() throws IOException {
        json.close();
    }

    private void message(Inspected.Message message, String bin) throws IOException {
        json.writeStringField("bin", bin);
        mailbox(message.mailbox());
        if (message.uid() != 0) {
            json.writeNumberField("uid", message.uid());
        }
        json.writeStringField("messageId", message.messageId());
        json.writeStringField("internalDate", message.internalDate().toString());
        Instant date = message.date();
        if (date != null) {
            json.writeStringField("date", date.toString());
        }
        json.writeNumberField("size", message.size());
        json.writeStringField("digest", message.digest().toString());
        json.writeStringField("rawDigest", message.rawDigest().toString());
        json.writeStringField("verdict", message.verdict().word());
        json.writeArrayFieldStart("findings");
        for (Finding finding : message.findings()) {
            finding(finding);
        }
        json.writeEndArray();
    }

    private void mailbox(@Nullable SourceMailbox mailbox) throws IOException {
        if (mailbox != null) {
            json.writeStringField("user", mailbox.user());
            json.writeStringField("mailbox", mailbox.name());
        }
    }

    private void finding(Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("check", finding.check());
        json.writeStringField("strength", finding.strength().word());
        json.writeStringField("place", finding.place().text());
        if (finding.place() instanceof Finding.Place.Octets octets) {
            json.writeNumberField("offset", octets.offset());
            json.writeNumberField("length", octets.length());
        }
        json.writeStringField("what", finding.what());
        json.writeEndObject();
    }
}
