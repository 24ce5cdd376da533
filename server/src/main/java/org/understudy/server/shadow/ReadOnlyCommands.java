package org.understudy.server.shadow;

import java.util.Set;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.message.response.StatusResponse;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.AuthenticateRequest;
import org.apache.james.imap.message.request.CapabilityRequest;
import org.apache.james.imap.message.request.CheckRequest;
import org.apache.james.imap.message.request.CloseRequest;
import org.apache.james.imap.message.request.CompressRequest;
import org.apache.james.imap.message.request.EnableRequest;
import org.apache.james.imap.message.request.ExamineRequest;
import org.apache.james.imap.message.request.GetACLRequest;
import org.apache.james.imap.message.request.GetMetadataRequest;
import org.apache.james.imap.message.request.GetQuotaRequest;
import org.apache.james.imap.message.request.GetQuotaRootRequest;
import org.apache.james.imap.message.request.IRAuthenticateRequest;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.message.request.ListRightsRequest;
import org.apache.james.imap.message.request.LoginRequest;
import org.apache.james.imap.message.request.LogoutRequest;
import org.apache.james.imap.message.request.MyRightsRequest;
import org.apache.james.imap.message.request.NamespaceRequest;
import org.apache.james.imap.message.request.NoopRequest;
import org.apache.james.imap.message.request.SelectRequest;
import org.apache.james.imap.message.request.StartTLSRequest;
import org.apache.james.imap.message.request.UnselectRequest;
import org.apache.james.imap.message.request.XListRequest;
import org.apache.james.imap.message.response.UnpooledStatusResponseFactory;
import org.understudy.server.imap.IdCommand;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.fetch.FetchOrder;
import org.understudy.server.imap.list.Requests;
import org.understudy.server.imap.sasl.PasswordLogin;
import org.understudy.server.imap.sasl.StaffLogins;
import org.understudy.server.imap.search.SearchRequest;
import reactor.core.publisher.Mono;

/**
 * Lets the commands through that only read, and answers every other with NO. SELECT is EXAMINE here, FETCH never sets
 * {@code \Seen}, and CLOSE expunges nothing.
 */
public final class ReadOnlyCommands implements ImapProcessor {
    private static final Set<Class<?>> READING = Set.of(
            CapabilityRequest.class,
            CheckRequest.class,
            CompressRequest.class,
            EnableRequest.class,
            ExamineRequest.class,
            GetACLRequest.class,
            GetMetadataRequest.class,
            GetQuotaRequest.class,
            GetQuotaRootRequest.class,
            IdCommand.Request.class,
            IdleRequest.class,
            Requests.ListMailboxes.class,
            ListRightsRequest.class,
            LogoutRequest.class,
            Requests.Lsub.class,
            MyRightsRequest.class,
            NamespaceRequest.class,
            NoopRequest.class,
            SearchRequest.class,
            StartTLSRequest.class,
            Requests.Status.class,
            UnselectRequest.class,
            XListRequest.class);

    private static final HumanReadableText REFUSED = new HumanReadableText(
            "org.understudy.shadow.READ_ONLY",
            "[NOPERM] This is the shadow of a restore, for reading only: nothing in it can be changed.");

    private static final HumanReadableText RESCUE = new HumanReadableText(
            "org.understudy.rescue.READ_ONLY",
            "[UNAVAILABLE] The mail store is damaged and can only be read until it has been mended. Nothing was"
                    + " changed.");

    private static final HumanReadableText MASTER = new HumanReadableText(
            "org.understudy.master.READ_ONLY",
            "[NOPERM] Masters may only read in the mailboxes of others. Nothing was changed.");

    private static final Set<Class<?>> LOGINS =
            Set.of(LoginRequest.class, PasswordLogin.class, AuthenticateRequest.class, IRAuthenticateRequest.class);

    private final HumanReadableText refusal;
    private final Set<Class<?>> further;
    private final ImapProcessor james;
    private final StatusResponseFactory responses;

    ReadOnlyCommands(ImapProcessor james, StatusResponseFactory responses) {
        this(james, responses, REFUSED, Set.of());
    }

    private ReadOnlyCommands(
            ImapProcessor james, StatusResponseFactory responses, HumanReadableText refusal, Set<Class<?>> further) {
        this.refusal = refusal;
        this.further = further;
        this.james = james;
        this.responses = responses;
    }

    /** The same engine over a store in rescue mode: users log in, and read. */
    public static ImapEngine ofRescue(ImapEngine engine) {
        return new ImapEngine(
                engine.decoder(),
                new ReadOnlyCommands(engine.processor(), new UnpooledStatusResponseFactory(), RESCUE, LOGINS),
                engine.encoder(),
                engine.mechanisms(),
                engine.logins());
    }

    /** The same engine, where masters who may only read are kept to that. */
    public static ImapEngine ofMasters(ImapEngine engine) {
        ImapProcessor all = engine.processor();
        ReadOnlyCommands reading = new ReadOnlyCommands(all, new UnpooledStatusResponseFactory(), MASTER, Set.of());
        ImapProcessor either = new ImapProcessor() {
            @Override
            public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
                return StaffLogins.readOnly(session)
                        ? reading.processReactive(message, responder, session)
                        : all.processReactive(message, responder, session);
            }

            @Override
            public void configure(ImapConfiguration configuration) {
                all.configure(configuration);
            }
        };
        return new ImapEngine(engine.decoder(), either, engine.encoder(), engine.mechanisms(), engine.logins());
    }

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder given, ImapSession session) {
        Responder responder = new WellFormed(given, responses);
        return switch (message) {
            case FetchOrder fetch -> james.processReactive(fetch.peeking(), responder, session);
            case SelectRequest select -> james.processReactive(examining(select), responder, session);
            case CloseRequest close ->
                session.deselect()
                        .then(Mono.fromRunnable(() -> responder.respond(
                                responses.taggedOk(close.getTag(), close.getCommand(), HumanReadableText.COMPLETED))));
            case ImapRequest request
            when !READING.contains(request.getClass()) && !further.contains(request.getClass()) ->
                Mono.fromRunnable(() -> responder.respond(responses.taggedNo(request.getTag(), null, refusal)));
            default -> james.processReactive(message, responder, session);
        };
    }

    /** James writes the empty list of permanent flags without its parentheses, which RFC 9051 section 7.1 wants. */
    private record WellFormed(Responder responder, StatusResponseFactory responses) implements Responder {
        private static final HumanReadableText NONE = new HumanReadableText(
                "org.understudy.shadow.NO_PERMANENT_FLAGS", "[PERMANENTFLAGS ()] No flag can be changed.");

        @Override
        public void respond(ImapResponseMessage message) {
            boolean none = message instanceof StatusResponse status
                    && status.getResponseCode() != null
                    && status.getResponseCode().getCode().equals("PERMANENTFLAGS")
                    && status.getResponseCode().getParameters().isEmpty();
            responder.respond(none ? responses.untaggedOk(NONE) : message);
        }

        @Override
        public void flush() {
            responder.flush();
        }
    }

    private static ExamineRequest examining(SelectRequest request) {
        return new ExamineRequest(
                request.getMailboxName(),
                request.getCondstore(),
                request.getLastKnownUidValidity(),
                request.getKnownModSeq(),
                request.getUidSet(),
                request.getKnownUidSet(),
                request.getKnownSequenceSet(),
                request.getTag());
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        james.configure(configuration);
    }
}
