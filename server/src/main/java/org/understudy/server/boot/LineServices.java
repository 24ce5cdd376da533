package org.understudy.server.boot;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.james.mailbox.MailboxManager;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.AddressBook;
import org.understudy.server.account.Aliases;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.DeliverySettings;
import org.understudy.server.imap.ImapServer;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.imap.sasl.Door;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.imap.sasl.Mechanisms;
import org.understudy.server.imap.sasl.UserConnections;
import org.understudy.server.ledger.Sightings;
import org.understudy.server.line.LineListener;
import org.understudy.server.line.LineServer;
import org.understudy.server.line.LineSettings;
import org.understudy.server.lmtp.LmtpCounts;
import org.understudy.server.lmtp.LmtpDialogue;
import org.understudy.server.lmtp.LmtpSettings;
import org.understudy.server.lmtp.Mailroom;
import org.understudy.server.metrics.DeliveryMeters;
import org.understudy.server.pop3.Pop3Service;
import org.understudy.server.pop3.Pop3Settings;
import org.understudy.server.proxy.Networks;
import org.understudy.server.tls.CertificateDirectory;
import org.understudy.storage.MailStore;

/** LMTP and POP3 beside the IMAP of a server, with which they share limits, logins and certificates. */
final class LineServices implements AutoCloseable {
    private static final Duration LMTP_IDLE = Duration.ofMinutes(5);
    private static final Duration POP3_IDLE = Duration.ofMinutes(10);
    private static final String LMTP_SOCKET = "lmtp-socket";

    private final LmtpCounts delivered = new LmtpCounts();
    private final LineServer lmtp;
    private final LineServer pop3;
    private final Pop3Service maildrops;

    /** Held here, since a registry holds what it asks weakly. */
    private final DeliveryMeters meters = new DeliveryMeters(this::figures);

    /** What is there already. */
    record Neighbours(
            MailStore store,
            MailboxManager mailboxes,
            AccountService accounts,
            Logins logins,
            Mechanisms mechanisms,
            CertificateDirectory certificates,
            Sightings sightings,
            ImapServer imap,
            ImapSettings settings,
            Clock clock) {}

    private LineServices(Configuration configuration, Neighbours beside) {
        ImapSettings.Timeouts times = beside.settings().timeouts();
        int running = beside.settings().limits().runningCommands();
        lmtp = new LineServer(
                "lmtp",
                new LineSettings(times.handshake(), LMTP_IDLE, LMTP_IDLE, times.stall()),
                beside.certificates(),
                beside.sightings(),
                beside.imap().counts(),
                running);
        pop3 = new LineServer(
                "pop3",
                new LineSettings(times.handshake(), times.login(), POP3_IDLE, times.stall()),
                beside.certificates(),
                beside.sightings(),
                beside.imap().counts(),
                running);
        maildrops = new Pop3Service(
                new Pop3Settings(hostName(), times.loginDelay()),
                beside.store(),
                beside.mailboxes(),
                beside.logins(),
                new Door(
                        beside.mailboxes(),
                        beside.logins(),
                        beside.mechanisms(),
                        new UserConnections(configuration.limits().connectionsPerUser())),
                beside.imap().throttle());
    }

    /** Listens for what is enabled; on failure for nothing. */
    static LineServices start(Configuration configuration, Neighbours beside) {
        LineServices services = new LineServices(configuration, beside);
        boolean started = false;
        try {
            services.lmtp.start(services.lmtpListeners(configuration, beside));
            services.pop3.start(services.pop3Listeners(configuration.delivery()));
            started = true;
            return services;
        } finally {
            if (!started) {
                services.stop(Duration.ZERO);
            }
        }
    }

    /** Whose PROXY headers are believed, by listener. */
    static Map<String, Networks> proxies(DeliverySettings delivery) {
        Map<String, Networks> proxies = new TreeMap<>();
        delivery.proxies().forEach((listener, networks) -> proxies.put(listener, Networks.of(networks)));
        return proxies;
    }

    private List<LineListener> lmtpListeners(Configuration configuration, Neighbours beside) {
        DeliverySettings delivery = configuration.delivery();
        AddressBook addresses = new AddressBook(
                beside.accounts()::recipientName,
                new Aliases(beside.store().settings()),
                new AddressBook.Rules(delivery.delimiter(), delivery.localDomains()));
        Mailroom room = new Mailroom(beside.store(), beside.mailboxes(), beside.logins(), addresses, beside.clock());
        LmtpSettings settings = new LmtpSettings(
                hostName(),
                beside.settings().limits().messageOctets(),
                beside.settings().limits().heapOctets(),
                delivery.lmtpRecipients(),
                beside.settings().spoolFolder(),
                true,
                delivery.deliveredTo());
        Networks clients = Networks.of(delivery.lmtpClients());
        List<LineListener> listeners = new ArrayList<>();
        if (delivery.lmtp().enabled()) {
            listeners.add(lmtp("lmtp", address(delivery.lmtp()), delivery, clients, settings, room));
        }
        Path socket = delivery.lmtpSocket();
        if (socket != null) {
            listeners.add(lmtp(LMTP_SOCKET, UnixDomainSocketAddress.of(socket), delivery, clients, settings, room));
        }
        return listeners;
    }

    private LineListener lmtp(
            String name,
            SocketAddress address,
            DeliverySettings delivery,
            Networks clients,
            LmtpSettings settings,
            Mailroom room) {
        return new LineListener(
                name,
                address,
                false,
                proxies(delivery).getOrDefault(name, Networks.NONE),
                (listener, client) -> listener.equals(LMTP_SOCKET) || clients.contains(client),
                caller -> new LmtpDialogue(settings, room, delivered, caller),
                why -> "421 4.7.1 " + why + "\r\n");
    }

    private List<LineListener> pop3Listeners(DeliverySettings delivery) {
        List<LineListener> listeners = new ArrayList<>();
        if (delivery.pop3s().enabled()) {
            listeners.add(pop3("pop3s", delivery.pop3s(), delivery, true));
        }
        if (delivery.pop3().enabled()) {
            listeners.add(pop3("pop3", delivery.pop3(), delivery, false));
        }
        return listeners;
    }

    private LineListener pop3(String name, Configuration.Listener listener, DeliverySettings delivery, boolean tls) {
        return new LineListener(
                name,
                address(listener),
                tls,
                proxies(delivery).getOrDefault(name, Networks.NONE),
                (unused, client) -> true,
                caller -> maildrops.dialogue(caller, !tls),
                why -> "-ERR [SYS/TEMP] " + why + "\r\n");
    }

    private static InetSocketAddress address(Configuration.Listener listener) {
        return new InetSocketAddress(listener.host(), listener.port());
    }

    private static String hostName() {
        try {
            String name = InetAddress.getLocalHost().getHostName();
            return name.matches("[A-Za-z0-9.-]+") ? name : "localhost";
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    List<ServerStatus.Listening> listening() {
        List<ServerStatus.Listening> listening = new ArrayList<>();
        lmtp.address("lmtp").ifPresent(at -> listening.add(listening("lmtp", at)));
        pop3.address("pop3s").ifPresent(at -> listening.add(listening("pop3s", at)));
        pop3.address("pop3").ifPresent(at -> listening.add(listening("pop3", at)));
        return listening;
    }

    private static ServerStatus.Listening listening(String name, InetSocketAddress at) {
        return new ServerStatus.Listening(name, at.getHostString(), at.getPort());
    }

    /** Names of listeners that were opened and are closed by now. */
    List<String> closed() {
        List<String> closed = new ArrayList<>(lmtp.closed());
        closed.addAll(pop3.closed());
        return closed;
    }

    /** Shows figures to monitoring (docs/metrics.md). */
    void bindTo(MeterRegistry registry) {
        meters.bindTo(registry);
        lmtp.bindTo(registry);
        pop3.bindTo(registry);
    }

    private DeliveryMeters.Figures figures() {
        return new DeliveryMeters.Figures(
                delivered.stored(),
                delivered.deferred(),
                delivered.refused(),
                maildrops.sessions(),
                maildrops.retrieved(),
                maildrops.deleted());
    }

    void stop(Duration grace) {
        lmtp.stop(grace);
        pop3.stop(grace);
    }

    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
