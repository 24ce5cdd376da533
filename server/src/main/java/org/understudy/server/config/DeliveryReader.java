package org.understudy.server.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.understudy.server.config.Configuration.Listener;
import org.understudy.server.proxy.Networks;

/** Reads what concerns LMTP, POP3 and proxies. */
final class DeliveryReader {
    private static final List<String> MAIL = List.of("imaps", "imap", "pop3s", "pop3", "lmtp");

    private DeliveryReader() {}

    static DeliverySettings read(Section listeners, Section delivery) {
        Section lmtp = listeners.section("lmtp");
        Path socket = lmtp.optionalPath("socket");
        List<String> clients = networks(lmtp, "clients", DeliverySettings.NONE.lmtpClients());
        Map<String, List<String>> proxies = new HashMap<>();
        MAIL.forEach(name -> proxies.put(name, networks(listeners.section(name), "proxies", List.of())));
        int recipients = delivery.number("recipients", 1000, 100, 100_000);
        DeliverySettings settings = new DeliverySettings(
                listener(withProxies(lmtp), 2424),
                socket,
                clients,
                recipients,
                listener(withProxies(listeners.section("pop3s")), 9995),
                listener(withProxies(listeners.section("pop3")), 9110),
                proxies,
                delimiter(delivery),
                Set.copyOf(delivery.texts(
                        "local-domains",
                        List.copyOf(DeliverySettings.NONE.localDomains()),
                        text -> text.matches("\\*|[^\\s@]+"),
                        "a domain, or \"*\" for all")),
                delivery.truth("delivered-to-each", false));
        delivery.finish();
        return settings;
    }

    /** The section of a listener, in which it may be said who its proxies are. */
    static Section withProxies(Section listener) {
        boolean unused = listener.texts("proxies", List.of(), text -> true, "").isEmpty();
        return listener;
    }

    private static List<String> networks(Section s, String key, List<String> otherwise) {
        return s.texts(key, otherwise, Networks::isOne, "an address or a network such as 10.0.0.0/8");
    }

    private static String delimiter(Section s) {
        String text = s.text("delimiter", "+");
        if (text.equals("none")) {
            return "";
        }
        if (text.length() != 1 || text.matches("[\\s@\\p{Alnum}]")) {
            s.fault("delimiter", "expected one character such as + or -, or none, found \"" + text + "\"");
        }
        return text;
    }

    private static Listener listener(Section s, int port) {
        Listener listener =
                new Listener(s.truth("enabled", false), s.text("host", "127.0.0.1"), s.number("port", port, 0, 65_535));
        s.finish();
        return listener;
    }
}
