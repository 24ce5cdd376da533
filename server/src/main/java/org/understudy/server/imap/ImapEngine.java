package org.understudy.server.imap;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.james.events.EventBus;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.process.DefaultMailboxTyper;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.ImapDecoder;
import org.apache.james.imap.decode.main.DefaultImapDecoder;
import org.apache.james.imap.encode.ImapEncoder;
import org.apache.james.imap.encode.main.DefaultImapEncoderFactory;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.message.response.UnpooledStatusResponseFactory;
import org.apache.james.imap.processor.DefaultProcessor;
import org.apache.james.imap.processor.base.UnknownRequestProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.quota.QuotaManager;
import org.apache.james.mailbox.quota.QuotaRootResolver;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.fetch.FetchCommand;
import org.understudy.server.imap.fetch.FetchOrder;
import org.understudy.storage.MailStore;
import reactor.core.publisher.Mono;

/**
 * What understands, runs and answers IMAP commands. All three are shared by all connections.
 *
 * @param decoder makes a request of a command
 * @param processor carries out a request
 * @param encoder makes octets of a response
 */
public record ImapEngine(ImapDecoder decoder, ImapProcessor processor, ImapEncoder encoder) {

    /**
     * What James offers and does not do: LIST with several patterns is BAD when one has a wildcard (RFC 5258), and
     * nothing collates as RFC 5255 wants. Return options of LIST work and are announced by names of their own.
     */
    private static final String[] UNSOUND = {"LIST-EXTENDED", "I18NLEVEL=1"};

    /**
     * What processors work on.
     *
     * @param mailboxes James's view of {@code store}, for rights, quota and events, and for James's own processors
     * @param store the rows themselves, for processors of ours
     */
    public record Backend(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            QuotaManager quotas,
            QuotaRootResolver quotaRoots,
            EventBus events,
            MetricFactory metrics,
            MailStore store) {}

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
        ImapProcessor processor = new Dispatch(
                Map.of(
                        IdleRequest.class,
                        new IdleCommand(backend.mailboxes(), responses, backend.metrics(), heartbeat),
                        FetchOrder.class,
                        new FetchCommand(
                                backend.store(),
                                backend.mailboxes(),
                                backend.events(),
                                responses,
                                backend.metrics(),
                                selected -> false)),
                james);
        processor.configure(ImapConfiguration.builder()
                .enableIdle(true)
                .idleTimeInterval(heartbeat.toMillis())
                .idleTimeIntervalUnit(TimeUnit.MILLISECONDS)
                .isCondstoreEnable(true)
                .isProvisionDefaultMailboxes(false)
                .disabledCaps(UNSOUND)
                .appendLimit(settings.limits().messageOctets())
                .build());
        return new ImapEngine(
                new DefaultImapDecoder(responses, new Parsers(responses)),
                processor,
                new DefaultImapEncoderFactory().buildImapEncoder());
    }

    /** Gives requests of some classes to processors of ours, and the rest to James's. */
    private record Dispatch(Map<Class<? extends ImapMessage>, ImapProcessor> ours, ImapProcessor james)
            implements ImapProcessor {
        @Override
        public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
            return ours.getOrDefault(message.getClass(), james).processReactive(message, responder, session);
        }

        @Override
        public void configure(ImapConfiguration configuration) {
            ours.values().forEach(processor -> processor.configure(configuration));
            james.configure(configuration);
        }
    }
}
