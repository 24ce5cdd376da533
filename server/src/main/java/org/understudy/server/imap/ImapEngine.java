package org.understudy.server.imap;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.james.events.EventBus;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.DefaultMailboxTyper;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.ImapDecoder;
import org.apache.james.imap.decode.main.DefaultImapDecoder;
import org.apache.james.imap.encode.ImapEncoder;
import org.apache.james.imap.message.request.AuthenticateRequest;
import org.apache.james.imap.message.request.CheckRequest;
import org.apache.james.imap.message.request.EnableRequest;
import org.apache.james.imap.message.request.IRAuthenticateRequest;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.message.request.LoginRequest;
import org.apache.james.imap.message.request.NoopRequest;
import org.apache.james.imap.message.response.UnpooledStatusResponseFactory;
import org.apache.james.imap.processor.DefaultProcessor;
import org.apache.james.imap.processor.base.UnknownRequestProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.quota.QuotaRootResolver;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.append.AppendMessages;
import org.understudy.server.imap.append.AppendProcessor;
import org.understudy.server.imap.change.ChangeCommands;
import org.understudy.server.imap.fetch.FetchCommand;
import org.understudy.server.imap.fetch.FetchOrder;
import org.understudy.server.imap.list.MailboxCommands;
import org.understudy.server.imap.sasl.AuthenticateCommand;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.imap.sasl.Mechanisms;
import org.understudy.server.imap.sasl.PasswordLogin;
import org.understudy.server.imap.sasl.UserConnections;
import org.understudy.server.imap.search.SearchCommand;
import org.understudy.server.imap.search.SearchRequest;
import org.understudy.server.imap.select.MailboxNews;
import org.understudy.server.imap.select.SelectCommands;
import org.understudy.server.search.MailSearch;
import org.understudy.storage.MailStore;
import reactor.core.publisher.Mono;

/**
 * What understands, runs and answers IMAP commands. All three are shared by all connections.
 *
 * @param decoder makes a request of a command
 * @param processor carries out a request
 * @param encoder makes octets of a response
 * @param mechanisms how users can prove who they are
 */
public record ImapEngine(
        ImapDecoder decoder, ImapProcessor processor, ImapEncoder encoder, Mechanisms mechanisms, Logins logins) {

    /**
     * What processors work on.
     *
     * @param mailboxes James's view of {@code store}, for rights, quota and events, and for James's own processors
     * @param store the rows themselves, for processors of ours
     * @param search what SEARCH, SORT and THREAD are carried out by
     */
    public record Backend(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            QuotaManager quotas,
            QuotaRootResolver quotaRoots,
            EventBus events,
            MetricFactory metrics,
            MailStore store,
            MailSearch search,
            Logins logins) {
        /** With searches that read the mail, and logins by password alone. */
        public Backend(
                MailboxManager mailboxes,
                SubscriptionManager subscriptions,
                QuotaManager quotas,
                QuotaRootResolver quotaRoots,
                EventBus events,
                MetricFactory metrics,
                MailStore store) {
            this(
                    mailboxes,
                    subscriptions,
                    quotas,
                    quotaRoots,
                    events,
                    metrics,
                    store,
                    MailSearch.scanning(store, Clock.systemUTC()),
                    Logins.byPassword());
        }
    }

    /** James's commands over {@code backend}, with CONDSTORE, an IDLE of our own, and the given limits announced. */
    public static ImapEngine over(Backend backend, ImapSettings settings) {
        UnpooledStatusResponseFactory responses = new UnpooledStatusResponseFactory();
        ImapProcessor james = DefaultProcessor.createDefaultProcessor(
                new UnknownRequestProcessor(responses),
                backend.mailboxes(),
                backend.events(),
                backend.subscriptions(),
                responses,
                new DefaultMailboxTyper(),
                backend.quotas(),
                backend.quotaRoots(),
                backend.metrics());
        Duration heartbeat = settings.timeouts().heartbeat();
        Map<Class<? extends ImapMessage>, ImapProcessor> ours = new HashMap<>();
        ours.put(IdleRequest.class, new IdleCommand(responses, heartbeat));
        ours.putAll(SelectCommands.all(MailboxNews.of(backend.store()), backend.mailboxes(), responses));
        ours.put(AppendMessages.class, new AppendProcessor(backend.mailboxes(), responses, backend.metrics()));
        ours.put(
                FetchOrder.class,
                new FetchCommand(backend.store(), backend.mailboxes(), backend.events(), responses, backend.metrics()));
        ours.put(
                SearchRequest.class,
                new SearchCommand(backend.search(), backend.mailboxes(), responses, backend.metrics()));
        ours.putAll(ChangeCommands.all(backend.mailboxes(), responses, backend.metrics()));
        ours.putAll(MailboxCommands.all(
                backend.mailboxes(),
                backend.subscriptions(),
                responses,
                backend.metrics(),
                settings.limits().messageOctets()));
        Mechanisms mechanisms = new Mechanisms(backend.logins());
        AuthenticateCommand logins = new AuthenticateCommand(
                backend.mailboxes(),
                backend.logins(),
                mechanisms,
                new UserConnections(settings.fairness().connectionsPerUser()),
                responses);
        ours.put(LoginRequest.class, logins);
        ours.put(PasswordLogin.class, logins);
        ours.put(AuthenticateRequest.class, logins);
        ours.put(IRAuthenticateRequest.class, logins);
        ours.put(EnableRequest.class, new EnableCommand(backend.mailboxes(), responses, backend.metrics()));
        ours.put(
                NoopRequest.class,
                new PollCommand<>(NoopRequest.class, backend.mailboxes(), responses, backend.metrics()));
        ours.put(
                CheckRequest.class,
                new PollCommand<>(CheckRequest.class, backend.mailboxes(), responses, backend.metrics()));
        ours.put(IdCommand.Request.class, new IdCommand(backend.mailboxes(), responses, backend.metrics()));
        ImapProcessor processor = new Dispatch(Map.copyOf(ours), james, responses);
        processor.configure(ImapConfiguration.builder()
                .enableIdle(true)
                .idleTimeInterval(heartbeat.toMillis())
                .idleTimeIntervalUnit(TimeUnit.MILLISECONDS)
                .isCondstoreEnable(true)
                .isProvisionDefaultMailboxes(false)
                .appendLimit(settings.limits().messageOctets())
                .build());
        return new ImapEngine(
                new DefaultImapDecoder(responses, Parsing.parsers(responses)),
                processor,
                Encoding.overJames(),
                mechanisms,
                backend.logins());
    }

    /** Gives requests of some classes to processors of ours, and the rest to James's. */
    private record Dispatch(
            Map<Class<? extends ImapMessage>, ImapProcessor> ours, ImapProcessor james, StatusResponseFactory responses)
            implements ImapProcessor {
        private static final HumanReadableText EXAMINED = new HumanReadableText(
                "org.understudy.imap.EXAMINED", "failed. The mailbox was opened for reading only.");

        @Override
        public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
            if (SelectCommands.forbidden(message, session) && message instanceof ImapRequest request) {
                responder.respond(responses.taggedNo(request.getTag(), request.getCommand(), EXAMINED));
                return Mono.empty();
            }
            return ours.getOrDefault(message.getClass(), james).processReactive(message, responder, session);
        }

        @Override
        public void configure(ImapConfiguration configuration) {
            ours.values().forEach(processor -> processor.configure(configuration));
            james.configure(configuration);
        }
    }
}
