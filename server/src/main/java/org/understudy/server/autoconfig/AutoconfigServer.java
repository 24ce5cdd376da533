package org.understudy.server.autoconfig;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;
import org.understudy.server.config.Configuration;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Answers mail programs over plain HTTP, behind a proxy that adds TLS. Paths are compared without regard to case. */
public final class AutoconfigServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AutoconfigServer.class);
    private static final long LARGEST_REQUEST = 16 << 10;
    private static final String XML = "text/xml; charset=utf-8";
    private static final String PROFILE = "application/x-apple-aspen-config; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Configuration.Listener listener;
    private final Autoconfig settings;
    private final WebServer web;

    private AutoconfigServer(Configuration.Listener listener, Autoconfig settings) {
        this.listener = listener;
        this.settings = settings;
        web = WebServer.builder()
                .host(listener.host())
                .port(listener.port())
                .shutdownHook(false)
                .shutdownGracePeriod(Duration.ofMillis(500))
                .maxPayloadSize(LARGEST_REQUEST)
                .routing(this::route)
                .build();
    }

    /** @throws OperatorException {@link Reason#BUSY} if the port is taken */
    public static AutoconfigServer start(Configuration.Listener listener, Autoconfig settings) {
        AutoconfigServer server = new AutoconfigServer(listener, settings);
        server.web.start();
        // Helidon logs that it could not bind, and returns.
        if (!server.web.isRunning() || server.web.port() <= 0) {
            throw new OperatorException(
                    Reason.BUSY,
                    "cannot listen on " + listener.host() + ":" + listener.port()
                            + " for autoconfig: the port is taken, or the address is not this machine's",
                    "set listeners.autoconfig.port to a free port in the configuration");
        }
        return server;
    }

    public ServerStatus.Listening listening() {
        return new ServerStatus.Listening("autoconfig", listener.host(), web.port());
    }

    private void route(HttpRouting.Builder routing) {
        routing.any(this::answer).error(Throwable.class, this::failed);
    }

    private void answer(ServerRequest request, ServerResponse response) {
        String path = request.path().path().toLowerCase(Locale.ROOT);
        String method = request.prologue().method().text();
        switch (path) {
            case "/mail/config-v1.1.xml", "/.well-known/autoconfig/mail/config-v1.1.xml" ->
                onlyBy("GET", method, response, () -> thunderbird(request, response));
            case "/autodiscover/autodiscover.xml" -> onlyBy("POST", method, response, () -> outlook(request, response));
            case "/apple.mobileconfig", "/mail/apple.mobileconfig" ->
                onlyBy("GET", method, response, () -> apple(request, response));
            default -> send(response, 404, TEXT, "There is nothing here.\n");
        }
    }

    private static void onlyBy(String wanted, String method, ServerResponse response, Runnable work) {
        if (method.equals(wanted)) {
            work.run();
        } else {
            response.header(HeaderNames.ALLOW, wanted);
            send(response, 405, TEXT, "Only " + wanted + " is answered here.\n");
        }
    }

    private void thunderbird(ServerRequest request, ServerResponse response) {
        String asked = request.query().first("emailaddress").orElse("");
        Optional<MailDomain> mail =
                asked.isEmpty() ? ofHost(request) : Address.parse(asked).flatMap(who -> settings.of(who.domain()));
        mail.ifPresentOrElse(
                found -> send(response, 200, XML, ThunderbirdSettings.of(found)),
                () -> send(response, 404, TEXT, "No settings are known for this domain.\n"));
    }

    private void apple(ServerRequest request, ServerResponse response) {
        String asked = request.query().first("email").orElse("");
        Optional<Address> address = Address.parse(asked);
        Optional<MailDomain> mail =
                asked.isEmpty() ? ofHost(request) : address.flatMap(who -> settings.of(who.domain()));
        mail.ifPresentOrElse(
                found -> {
                    response.header(
                            HeaderNames.CONTENT_DISPOSITION,
                            "attachment; filename=\"" + found.domain() + ".mobileconfig\"");
                    send(response, 200, PROFILE, AppleProfile.of(found, address.orElse(null)));
                },
                () -> send(response, 404, TEXT, "No settings are known for this domain.\n"));
    }

    private void outlook(ServerRequest request, ServerResponse response) {
        byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
        Optional<OutlookSettings.Request> asked = OutlookSettings.parse(body);
        Optional<Address> address = asked.flatMap(one -> Address.parse(one.address()));
        if (asked.isEmpty() || address.isEmpty()) {
            send(response, 400, XML, OutlookSettings.fault(OutlookSettings.BAD_REQUEST, "Invalid request"));
        } else if (!asked.get().wantsSettings()) {
            send(
                    response,
                    200,
                    XML,
                    OutlookSettings.fault(OutlookSettings.NO_SUCH_SCHEMA, "Requested schema is not available"));
        } else {
            Address who = address.get();
            send(
                    response,
                    200,
                    XML,
                    settings.of(who.domain())
                            .map(mail -> OutlookSettings.of(mail, who))
                            .orElseGet(() -> OutlookSettings.fault(
                                    OutlookSettings.NO_SUCH_DOMAIN, "No settings are known for this domain")));
        }
    }

    /** The domain of the name by which the client has come: itself, or behind a first label of the custom. */
    private Optional<MailDomain> ofHost(ServerRequest request) {
        String host = request.authority().replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        return settings.of(host).or(() -> settings.of(host.replaceFirst("^(autoconfig|autodiscover)\\.", "")));
    }

    private void failed(ServerRequest request, ServerResponse response, Throwable thrown) {
        LOG.warn("A request for mail settings failed: {}", thrown.toString());
        if (!response.isSent()) {
            send(response, 400, TEXT, "The request could not be answered.\n");
        }
    }

    private static void send(ServerResponse response, int code, String type, String body) {
        response.header(HeaderNames.CONTENT_TYPE, type);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        response.header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
        response.header(HeaderNames.create("Content-Security-Policy"), "default-src 'none'");
        response.status(code).send(body);
    }

    @Override
    public void close() {
        web.stop();
    }
}
