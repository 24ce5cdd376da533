package org.understudy.server.console;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Role;
import org.understudy.server.admin.FurtherRoutes;
import org.understudy.server.admin.Gate;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.work.Incident;
import org.understudy.server.work.WorkDesk;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** All routes of the console, and what is common to them: headers, sessions, forms, roles, errors. */
public final class WebConsole implements FurtherRoutes {
    static final String PREFIX = "/console";

    private static final Logger LOG = LoggerFactory.getLogger(WebConsole.class);
    private static final int LARGEST_FORM = 64 << 10;
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    private static final HeaderName FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    private final ConsoleSetup setup;
    private final SecureRandom random;
    private final Assets assets = new Assets();

    public WebConsole(ConsoleSetup setup, SecureRandom random) {
        this.setup = setup;
        this.random = random;
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public void add(HttpRouting.Builder routing, Gate gate, WorkDesk desk) {
        Sessions sessions = new Sessions(setup.workplace().clock(), random, session -> holds(session, gate));
        Doorway doorway = new Doorway(setup, sessions, gate::identify);
        Frame frame = new Frame(setup.version(), assets, random);
        List<Callable<?>> ahead = new ArrayList<>();
        List<Place> places = places(frame, doorway, desk, ahead);
        ReadAhead.of(ahead);
        for (Place place : places) {
            routing.route(
                    Method.create(place.method()),
                    place.path(),
                    (request, response) -> serve(place, request, response, sessions, frame));
        }
        routing.route(Method.GET, PREFIX + "/static/{name}", this::asset);
        routing.any(PREFIX + "/*", (request, response) -> {
            headers(response);
            Optional<Session> session = Doorway.session(request, sessions);
            send(response, new Answer.Document(404, frame.lost(session.orElse(null))));
        });
    }

    /** All routes but the files, of a console that nobody can visit: for tests of who may use which. */
    List<Place> places() {
        WorkDesk desk = new WorkDesk(setup.workplace(), setup.audit(), random);
        Sessions sessions = new Sessions(setup.workplace().clock(), random, session -> false);
        return places(
                new Frame(setup.version(), assets, random),
                new Doorway(setup, sessions, token -> Optional.empty()),
                desk,
                new ArrayList<>());
    }

    /**
     * All routes but the files.
     *
     * @param ahead takes what should be read before somebody asks for it
     */
    private List<Place> places(Frame frame, Doorway doorway, WorkDesk desk, List<Callable<?>> ahead) {
        Doing doing = new Doing(setup, desk);
        Jobs jobs = new Jobs(setup.workplace().restores());
        Reports reports = new Reports(setup.workplace().restores());
        LossAnswer loss = new LossAnswer(setup.workplace().dataFolder());
        WorkPages work = new WorkPages(frame, doing, setup.workplace().clock());
        List<Place> places = new ArrayList<>(doorway.places(frame));
        places.addAll(new OverviewPage(frame, setup, jobs, work).places());
        places.addAll(new RestoreListPage(frame, setup, doing, jobs).places());
        places.addAll(new RestorePage(frame, setup, doing, reports, work).places());
        places.addAll(new RestoreSteps(setup, doing).places());
        places.addAll(new PlanPage(frame, setup, reports).places());
        places.addAll(new VerdictPages(frame, setup, reports).places());
        places.addAll(new MessagePage(frame, setup).places());
        places.addAll(new LossPages(frame, setup, doing, loss).places());
        Chain chain = new Chain(setup.workplace());
        places.addAll(new SnapshotPage(frame, setup, doing, chain).places());
        places.addAll(new WatchPages(frame, setup, doing, loss).places());
        places.addAll(new PeoplePages(frame, setup).places());
        places.addAll(new AuditPages(frame, setup, doing).places());
        CertificatePages certificates = new CertificatePages(frame, setup);
        places.addAll(certificates.places());
        MigrationPages migrations = new MigrationPages(frame, setup);
        places.addAll(migrations.places());
        ahead.addAll(List.of(jobs::all, loss::latest, () -> chain.links(""), certificates::ahead, migrations::ahead));
        places.addAll(work.places());
        return List.copyOf(places);
    }

    private boolean holds(Session session, Gate gate) {
        if (!session.byPassword()) {
            return gate.stillGood(session.identity());
        }
        String account = session.identity().person();
        return setup.accounts().exists(account)
                && setup.staff()
                        .role(account)
                        .filter(role -> role == session.identity().role())
                        .isPresent();
    }

    private void serve(Place place, ServerRequest request, ServerResponse response, Sessions sessions, Frame frame)
            throws Exception {
        headers(response);
        Session session = Doorway.session(request, sessions).orElse(null);
        Role role = place.role();
        if (role != null && session == null) {
            send(
                    response,
                    place.method().equals("GET")
                            ? new Answer.Go(PREFIX + "/login?to=" + Shown.encoded(target(request)))
                            : new Answer.Document(401, frame.notLoggedIn()));
            return;
        }
        Map<String, String> form = Map.of();
        if (place.method().equals("POST")) {
            try {
                form = form(request);
            } catch (IllegalArgumentException e) {
                send(response, new Answer.Document(400, frame.refused(session, "The form could not be read.")));
                return;
            }
            if (!meant(request, session, form)) {
                LOG.warn(
                        "A form for {} was refused: it did not come from a page of the console",
                        request.path().path());
                send(
                        response,
                        new Answer.Document(
                                403,
                                frame.refused(
                                        session,
                                        "This form did not come from a page of this console, or from an old"
                                                + " one. Load the page again, and try once more.")));
                return;
            }
        }
        Visit visit = new Visit(request, response, session, form);
        try {
            if (role != null) {
                visit.identity().require(role, what(place));
            }
            send(response, place.handler().answer(visit));
        } catch (OperatorException e) {
            failed(place, visit, frame, e);
        } catch (Refusal e) {
            send(response, new Answer.Document(e.status(), frame.refused(session, String.valueOf(e.getMessage()))));
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            Failure failure = Failure.of(e);
            failure = failure.internal() ? Incident.logged(LOG, place.path(), failure, e) : failure;
            send(response, new Answer.Document(500, frame.failed(session, failure.message(), failure.hint())));
        }
    }

    private static String what(Place place) {
        return place.method().equals("GET") ? "this page" : "this";
    }

    /** What cannot be done is said on the page that it was asked for on; a page that cannot be shown says why itself. */
    private void failed(Place place, Visit visit, Frame frame, OperatorException e) {
        String words = e.getMessage() + ".";
        String back = visit.field("back");
        Session session = visit.guest();
        if (e.reason() == Reason.ACCESS_DENIED && session != null) {
            setup.audit()
                    .record(new AuditEvent(
                            AuditEvent.Kind.ADMIN,
                            visit.actor(),
                            "console.refused",
                            Map.of(
                                    "request",
                                    place.method() + " "
                                            + visit.request().path().path()),
                            AuditEvent.Outcome.REFUSED));
        }
        boolean byRole = session != null && place.role() != null && !visit.may(place.role());
        if (place.method().equals("POST") && session != null && !byRole && back.startsWith(PREFIX)) {
            session.say(new Session.Said(false, words, e.hint()));
            send(visit.response(), new Answer.Go(back));
            return;
        }
        int status = switch (e.reason()) {
            case NOT_FOUND -> 404;
            case ACCESS_DENIED -> 403;
            case USAGE -> 400;
            case CONFLICT, BUSY -> 409;
            default -> 500;
        };
        send(visit.response(), new Answer.Document(status, frame.failed(session, words, e.hint())));
    }

    private static String target(ServerRequest request) {
        String query = request.query().rawValue();
        return request.path().rawPath() + (query.isEmpty() ? "" : "?" + query);
    }

    /** Whether a form comes from a page of this console, for this session. */
    private static boolean meant(ServerRequest request, @Nullable Session session, Map<String, String> form) {
        String site = request.headers().first(FETCH_SITE).orElse("same-origin").toLowerCase(Locale.ROOT);
        if (!site.equals("same-origin")) {
            return false;
        }
        return session == null
                || MessageDigest.isEqual(
                        session.formToken().getBytes(StandardCharsets.UTF_8),
                        form.getOrDefault("form", "").getBytes(StandardCharsets.UTF_8));
    }

    /** application/x-www-form-urlencoded (URL Living Standard, section 5), each name once. */
    private static Map<String, String> form(ServerRequest request) throws IOException {
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        if (!type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded")) {
            throw new IllegalArgumentException("not a form");
        }
        byte[] body;
        try (InputStream in = request.content().inputStream()) {
            body = in.readNBytes(LARGEST_FORM + 1);
        }
        if (body.length > LARGEST_FORM) {
            throw new IllegalArgumentException("too large");
        }
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String before = form.put(
                        URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                if (before != null) {
                    throw new IllegalArgumentException("a name twice");
                }
            }
        }
        return form;
    }

    private static void headers(ServerResponse response) {
        response.headers().set(HeaderNames.create("Content-Security-Policy"), POLICY);
        response.headers().set(HeaderNames.create("Referrer-Policy"), "same-origin");
        response.headers().set(HeaderNames.create("Cross-Origin-Opener-Policy"), "same-origin");
        response.headers().set(HeaderNames.create("X-Robots-Tag"), "noindex");
    }

    private static void send(ServerResponse response, Answer answer) {
        switch (answer) {
            case Answer.Document(int status, String html) -> {
                response.header(HeaderNames.CONTENT_TYPE, "text/html; charset=utf-8");
                response.status(status).send(html.getBytes(StandardCharsets.UTF_8));
            }
            case Answer.Go(String to) -> {
                response.header(HeaderNames.LOCATION, to);
                response.status(303).send();
            }
            case Answer.Sent sent -> {}
        }
    }

    private void asset(ServerRequest request, ServerResponse response) {
        headers(response);
        Optional<Assets.Asset> asset =
                assets.find(request.path().pathParameters().get("name"));
        if (asset.isEmpty()) {
            response.status(404).send();
            return;
        }
        response.header(HeaderNames.CONTENT_TYPE, asset.get().mediaType());
        response.headers().set(HeaderNames.CACHE_CONTROL, "private, max-age=31536000, immutable");
        response.send(asset.get().bytes());
    }
}
