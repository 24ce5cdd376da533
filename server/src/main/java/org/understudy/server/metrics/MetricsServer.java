package org.understudy.server.metrics;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;
import org.understudy.server.health.Readiness;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Answers {@code GET /metrics} in Prometheus's text form, version 0.0.4, and whether the server lives and is ready. */
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricsServer.class);
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final Supplier<Monitored> state;
    private final HealthRoutes health;
    private final StatusMeters meters;
    private final List<Section> sections = new CopyOnWriteArrayList<>();
    private final ReentrantLock scraping = new ReentrantLock();
    private final Configuration.Listener listener;
    private final WebServer web;

    private MetricsServer(
            Configuration.Listener listener, String version, Supplier<Monitored> state, Supplier<Readiness> readiness) {
        this.listener = listener;
        this.state = state;
        this.health = new HealthRoutes(readiness);
        meters = new StatusMeters(registry, state.get());
        Gauge.builder("understudy.info", () -> 1)
                .description("1; the version is in the label.")
                .tag("version", version)
                .register(registry);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        collections.bindTo(registry);
        web = WebServer.builder()
                .host(listener.host())
                .port(listener.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(0L)
                .routing(this::route)
                .build();
    }

    /**
     * @param state asked once for each scrape
     * @param readiness asked at each look at it
     * @throws OperatorException {@link Reason#BUSY} if the port is taken
     */
    public static MetricsServer start(
            Configuration.Listener listener, String version, Supplier<Monitored> state, Supplier<Readiness> readiness) {
        MetricsServer server = new MetricsServer(listener, version, state, readiness);
        server.web.start();
        // Helidon logs that it could not bind, and returns.
        if (!server.web.isRunning() || server.web.port() <= 0) {
            server.collections.close();
            throw new OperatorException(
                    Reason.BUSY,
                    "cannot listen on " + listener.host() + ":" + listener.port()
                            + " for metrics: the port is taken, or the address is not this machine's",
                    "set listeners.metrics.port to a free port in the configuration");
        }
        return server;
    }

    /** Shows more meters from now on. */
    public void show(MeterBinder more) {
        more.bindTo(registry);
        if (more instanceof Section section) {
            sections.add(section);
        }
    }

    public ServerStatus.Listening listening() {
        return new ServerStatus.Listening("metrics", listener.host(), web.port());
    }

    private void route(HttpRouting.Builder routing) {
        health.add(routing);
        routing.get("/metrics", this::scrape)
                .any((request, response) ->
                        text(response, 404, "Only GET /metrics, /health/live and /health/ready are answered here.\n"))
                .error(Throwable.class, this::failed);
    }

    private void scrape(ServerRequest request, ServerResponse response) {
        String page;
        scraping.lock();
        try {
            meters.show(state.get());
            sections.forEach(Section::look);
            page = registry.scrape();
        } finally {
            scraping.unlock();
        }
        response.header(HeaderNames.CONTENT_TYPE, TEXT);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.send(page);
    }

    private void failed(ServerRequest request, ServerResponse response, Throwable thrown) {
        LOG.error("Metrics or health cannot be told", thrown);
        if (!response.isSent()) {
            text(response, 500, "Metrics cannot be told; the server's log says why.\n");
        }
    }

    private static void text(ServerResponse response, int code, String words) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8");
        response.status(code).send(words);
    }

    @Override
    public void close() {
        web.stop();
        collections.close();
        registry.close();
    }
}
