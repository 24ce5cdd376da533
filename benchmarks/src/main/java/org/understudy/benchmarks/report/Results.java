package org.understudy.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Collects samples and failures, writing each as one JSON line at once. One thread. */
public final class Results implements AutoCloseable {
    private final ObjectMapper json = new ObjectMapper();
    private final BufferedWriter out;
    private final List<Sample> samples = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    public Results(Path file) throws IOException {
        out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
    }

    public void add(Sample sample) throws IOException {
        samples.add(sample);
        ObjectNode node = json.createObjectNode()
                .put("server", sample.server())
                .put("workload", sample.workload())
                .put("operation", sample.operation())
                .put("repetition", sample.repetition())
                .put("value", sample.value())
                .put("unit", sample.kind().unit())
                .put("operations", sample.operations())
                .put("seconds", sample.seconds());
        if (!Double.isNaN(sample.serverCpuMillis())) {
            node.put("server_cpu_ms_per_operation", sample.serverCpuMillis());
        }
        node.put("client_cores", sample.clientCores())
                .put("foreign_share", sample.foreignShare())
                .put("disturbed", sample.disturbed())
                .put("client_bound", sample.clientBound());
        sample.details().forEach(node::put);
        line(node);
    }

    public void fail(String server, String workload, int repetition, String why) throws IOException {
        failures.add(server + " " + workload + ", repetition " + repetition + ": " + why);
        line(json.createObjectNode()
                .put("server", server)
                .put("workload", workload)
                .put("repetition", repetition)
                .put("failed", why));
    }

    private void line(ObjectNode node) throws IOException {
        out.write(json.writeValueAsString(node));
        out.write('\n');
        out.flush();
    }

    public List<Sample> samples() {
        return List.copyOf(samples);
    }

    public List<String> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
