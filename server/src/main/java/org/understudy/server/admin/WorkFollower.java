package org.understudy.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import org.understudy.restore.progress.Progress;
import org.understudy.server.work.WorkEvent;

/** Makes server-sent events of a piece of work into calls again. One thread. */
final class WorkFollower {
    private final Progress progress;
    private final ObjectMapper json;
    private long known;
    private boolean ended;
    private String phase = "";
    private long total;
    private long done;

    WorkFollower(Progress progress, ObjectMapper json) {
        this.progress = progress;
        this.json = json;
    }

    /** Id of the last event that came whole, 0 before the first. */
    long known() {
        return known;
    }

    boolean ended() {
        return ended;
    }

    /** The server says that there are no more events. */
    void end() {
        ended = true;
    }

    /** Reads a stream to its end; a broken one counts as ended, since whoever asks again goes on where it broke. */
    void read(BufferedReader lines) throws IOException {
        long id = known;
        String name = "";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (!name.isEmpty()) {
                    accept(id, name, data.toString());
                }
                name = "";
                data.setLength(0);
            } else if (line.startsWith("id:")) {
                id = Long.parseLong(line.substring("id:".length()).strip());
            } else if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(line, "data:".length(), line.length());
            }
            if (ended) {
                return;
            }
        }
    }

    private void accept(long id, String name, String data) throws IOException {
        known = id;
        JsonNode event = json.readTree(data);
        switch (name) {
            case WorkEvent.NOTE -> progress.note(event.path("note").asText());
            case WorkEvent.PROGRESS -> advance(event);
            case WorkEvent.END -> ended = true;
            default -> throw new IOException("an event of the unknown kind '" + name + "'");
        }
    }

    private void advance(JsonNode event) {
        String now = event.path("phase").asText();
        long all = event.path("total").asLong(-1);
        long reached = event.path("done").asLong();
        if (!now.equals(phase) || all != total || reached < done) {
            progress.begin(now, all, event.path("unit").asText());
        }
        phase = now;
        total = all;
        done = reached;
        progress.advance(reached, event.path("bytes").asLong());
    }
}
