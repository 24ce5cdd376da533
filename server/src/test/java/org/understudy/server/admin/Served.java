package org.understudy.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.workflow.RestoreRecovery;
import org.understudy.server.access.TokenBook;
import org.understudy.server.access.TokenOperations;
import org.understudy.server.access.TokenSecret;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.audit.AuditStatus;
import org.understudy.server.cli.Main;
import org.understudy.server.config.Configuration;
import org.understudy.storage.MailStore;

/** An admin API on a real store, with all operations of the command line. */
final class Served implements AutoCloseable {
    final MailStore store;
    final TokenBook tokens;
    final AdminServer server;
    final Workplace workplace;
    final String base;
    final String local;
    final List<AuditEvent> audited = new ArrayList<>();

    private Served(Path data, Offer offer) throws Exception {
        store = MailStore.open(data.resolve("store"), MailStore.Options.defaults());
        tokens = TokenBook.open(data, Clock.systemUTC());
        workplace = AdminFixture.workplace(store, data, offer.rules());
        Map<String, Operation<?, ?>> all = new LinkedHashMap<>();
        Main.operations().forEach(one -> all.put(one.name(), one));
        TokenOperations.in(tokens).forEach(one -> all.put(one.name(), one));
        offer.operations().forEach(one -> all.put(one.name(), one));
        server = AdminServer.start(
                offer.admin(),
                AdminFixture.setup(
                        workplace, List.copyOf(all.values()), tokens, audit(), offer.resumed(), offer.further()),
                new SecureRandom());
        base = Files.readString(data.resolve("admin.address")).strip();
        local = Files.readString(data.resolve("admin.token")).strip();
    }

    /** @param operations in place of those of the same name */
    record Offer(
            Configuration.Admin admin,
            List<? extends Operation<?, ?>> operations,
            ApprovalRules rules,
            List<RestoreRecovery.Resumed> resumed,
            List<FurtherRoutes> further) {
        static Offer of(List<? extends Operation<?, ?>> operations) {
            return new Offer(
                    new Configuration.Admin("127.0.0.1", 0), operations, ApprovalRules.CLAIMED, List.of(), List.of());
        }
    }

    static Served in(Path data) throws Exception {
        return new Served(data, Offer.of(List.of()));
    }

    static Served in(Path data, Offer offer) throws Exception {
        return new Served(data, offer);
    }

    private AuditLog audit() {
        return new AuditLog() {
            @Override
            public void record(AuditEvent event) {
                synchronized (audited) {
                    audited.add(event);
                }
            }

            @Override
            public AuditStatus status() {
                return AuditStatus.OFF;
            }
        };
    }

    /** A token for a person, made as the command line makes it. */
    String token(String owner, Role role) throws InterruptedException {
        TokenSecret secret = TokenSecret.fresh(new SecureRandom());
        TokenOperations.Make make = (TokenOperations.Make) TokenOperations.in(tokens).stream()
                .filter(TokenOperations.Make.class::isInstance)
                .findFirst()
                .orElseThrow();
        make.run(
                new TokenOperations.Wanted(secret.id(), owner, role.word(), secret.sha256(), null),
                workplace,
                Progress.SILENT);
        return secret.text();
    }

    JsonNode document() {
        return OpenApi.of(server.routes(), "1.2.3");
    }

    Api api() {
        return new Api(base, document());
    }

    @Override
    public void close() throws Exception {
        server.close();
        store.close();
    }
}
