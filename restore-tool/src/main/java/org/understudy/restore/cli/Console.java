package org.understudy.restore.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.OperationJson;

/** Where one command's words go: result to standard output, progress and errors to standard error. */
public final class Console {
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;
    private final Terminal terminal;
    private final boolean json;
    private final ObjectMapper mapper = OperationJson.mapper();

    public Console(InputStream in, PrintStream out, PrintStream err, Terminal terminal, boolean json) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
        this.json = json;
    }

    /** True if the result is wanted as JSON. */
    public boolean json() {
        return json;
    }

    public InputStream in() {
        return in;
    }

    public Terminal terminal() {
        return terminal;
    }

    /**
     * Prints the result: with {@code --json} as one JSON document on one line, else as {@code text} writes it. To be
     * called once.
     */
    public void result(Object value, Consumer<PrintStream> text) {
        if (json) {
            out.print(toJson(value) + "\n");
        } else {
            text.accept(out);
        }
        out.flush();
    }

    /** A line to the person watching, on standard error; with {@code --json} as {@code {"note":"..."}}. */
    public void note(String line) {
        err.print((json ? toJson(Map.of("note", line)) : Printable.line(line)) + "\n");
        err.flush();
    }

    /** Asks for a word on standard error, without a line end. */
    public void prompt(String question) {
        err.print(question);
        err.flush();
    }

    /** To be closed before the result is printed. */
    public ShownProgress progress() {
        return terminal.error() && !json
                ? new ProgressBar(err, terminal.columns(), System::nanoTime)
                : new ProgressLines(err, System::nanoTime);
    }

    /**
     * Says why there is no result: two lines on standard error, {@code understudy: <message>} and {@code HINT: <hint>},
     * or with {@code --json} {@code {"error":{reason,message,hint,exitCode}}} on standard output.
     */
    public void failure(Failure failure) {
        if (json) {
            out.print(toJson(Map.of("error", failure)) + "\n");
            out.flush();
            return;
        }
        err.print(emphasised("understudy: ") + Printable.text(failure.message()) + "\n");
        if (!failure.hint().isEmpty()) {
            err.print("HINT: " + Printable.text(failure.hint()) + "\n");
        }
        err.flush();
    }

    private String emphasised(String text) {
        return terminal.colour() ? "\u001b[1;31m" + text + "\u001b[0m" : text;
    }

    private String toJson(Object value) {
        try {
            return mapper.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
