package org.understudy.server.ledger;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.server.tls.CertificateNames;

/**
 * The login lines of Dovecot's log (2.2 to 2.4), as it writes them itself or by syslog. Beside what stands in them by
 * default ({@code user=<>, lip=, TLS, session=<>}) the elements {@code sni=<%{local_name}>}, {@code lport=}, {@code ja3=<>} and
 * {@code %k} (TLS version) are taken where {@code login_log_format_elements} has them, and what {@code imap_id_log} writes of
 * clients.
 */
final class DovecotLog {
    private static final Pattern LOGIN =
            Pattern.compile("\\b(imap|pop3|submission)-login: (?:Info: )?(.*)$", Pattern.CASE_INSENSITIVE);
    private static final Pattern ID_LATER =
            Pattern.compile("\\bimap\\([^)]*\\)(?:<[^>]*>)?<([^>]*)>: (?:Info: )?ID sent: (.*)$");
    private static final Pattern ELEMENT = Pattern.compile("\\b([a-z0-9_]+)=(?:<([^>]*)>|([^,\\s<>]*))");
    private static final Pattern ALERT = Pattern.compile("SSL alert number ([0-9]{1,3})");
    private static final Pattern VERSION = Pattern.compile("TLSv1(?:\\.[0-3])?");
    private static final Pattern ID_FIELD = Pattern.compile("(name|version)=([^,]*)");
    private static final Pattern ISO =
            Pattern.compile("^(\\d{4}-\\d\\d-\\d\\d)[T ](\\d\\d:\\d\\d:\\d\\d)(?:[.,]\\d+)?(Z|[+-]\\d\\d:?\\d\\d)?");
    private static final Pattern SYSLOG = Pattern.compile("^([A-Z][a-z]{2}) +(\\d{1,2}) (\\d\\d:\\d\\d:\\d\\d)");
    private static final DateTimeFormatter SYSLOG_TIME =
            DateTimeFormatter.ofPattern("uuuu MMM d HH:mm:ss", Locale.ENGLISH);
    private static final List<String> HOST_ELEMENTS = List.of("sni", "local_name", "ssl_server_name", "server_name");
    private static final int SESSIONS = 10_000;

    private final Instant now;
    private final ZoneId zone;
    private final Map<String, String> hostsByAddress;
    private final LedgerTable table;
    private final Map<String, LedgerKey> sessions = bounded();
    private final Map<String, String> clients = bounded();

    /** @param hostsByAddress the host name behind each local address, where the log does not have it */
    DovecotLog(Instant now, ZoneId zone, Map<String, String> hostsByAddress) {
        this.now = now;
        this.zone = zone;
        this.hostsByAddress = Map.copyOf(hostsByAddress);
        this.table = new LedgerTable(
                new LedgerTable.Bounds(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE), Sums.NONE, List.of());
    }

    private static <V> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > SESSIONS;
            }
        };
    }

    List<LedgerRow> rows() {
        return table.rows();
    }

    /** @return whether it told of a connection or a client */
    boolean take(String line) {
        Matcher later = ID_LATER.matcher(line);
        if (later.find()) {
            identified(later.group(1), client(later.group(2)), line);
            return true;
        }
        Matcher login = LOGIN.matcher(line);
        if (!login.find()) {
            return false;
        }
        String text = login.group(2);
        Map<String, String> elements = elements(text);
        String session = elements.getOrDefault("session", "");
        if (text.startsWith("ID sent:")) {
            clients.put(session, client(text.substring("ID sent:".length())));
            return true;
        }
        @Nullable Outcome outcome = outcome(text);
        Optional<Instant> at = time(line);
        if (outcome == null || at.isEmpty()) {
            return false;
        }
        boolean in = outcome.equals(Outcome.LOGGED_IN);
        Matcher version = VERSION.matcher(text);
        String ja3 = elements.getOrDefault("ja3", "");
        LedgerKey key = new LedgerKey(
                login.group(1).toLowerCase(Locale.ROOT),
                port(elements),
                host(elements),
                in ? elements.getOrDefault("user", "").toLowerCase(Locale.ROOT) : "",
                clients.getOrDefault(session, ""),
                ja3.isEmpty() ? "" : "ja3-" + ja3.substring(0, Math.min(12, ja3.length())),
                version.find() ? version.group() : "",
                "",
                Fault.NONE,
                outcome);
        table.seen(key, at.get());
        if (in && !session.isEmpty()) {
            sessions.put(session, key);
        }
        return true;
    }

    private void identified(String session, String client, String line) {
        LedgerKey before = sessions.get(session);
        if (before != null && before.client().isEmpty()) {
            LedgerKey after = new LedgerKey(
                    before.listener(),
                    before.port(),
                    before.host(),
                    before.user(),
                    client,
                    before.family(),
                    before.tls(),
                    before.certificate(),
                    before.fault(),
                    before.outcome());
            table.known(before, after, time(line).orElse(now));
            sessions.put(session, after);
        }
    }

    private static String client(String fields) {
        Map<String, String> said = new LinkedHashMap<>();
        Matcher field = ID_FIELD.matcher(fields);
        while (field.find()) {
            said.putIfAbsent(field.group(1), field.group(2).strip());
        }
        return ClientName.of(said.getOrDefault("name", ""), said.getOrDefault("version", ""));
    }

    private static Map<String, String> elements(String text) {
        Map<String, String> elements = new LinkedHashMap<>();
        Matcher element = ELEMENT.matcher(text);
        while (element.find()) {
            elements.put(element.group(1), element.group(2) == null ? element.group(3) : element.group(2));
        }
        return elements;
    }

    private static int port(Map<String, String> elements) {
        String port = elements.getOrDefault("lport", "");
        return port.matches("[0-9]{1,5}") ? Integer.parseInt(port) : 0;
    }

    private String host(Map<String, String> elements) {
        for (String name : HOST_ELEMENTS) {
            String host = elements.getOrDefault(name, "");
            if (!host.isEmpty()) {
                return CertificateNames.normal(host);
            }
        }
        return CertificateNames.normal(hostsByAddress.getOrDefault(elements.getOrDefault("lip", ""), ""));
    }

    private static @Nullable Outcome outcome(String text) {
        if (text.startsWith("Login:") || text.startsWith("Logged in:")) {
            return Outcome.LOGGED_IN;
        }
        Matcher alert = ALERT.matcher(text);
        if (alert.find()) {
            return Alert.of(Integer.parseInt(alert.group(1)))
                    .map(Outcome::alert)
                    .orElse(Outcome.failed(Outcome.Cause.OTHER));
        }
        if (text.contains("TLS handshaking") || text.contains("SSL_accept() failed")) {
            return Outcome.failed(
                    text.contains("Disconnected") || text.contains("closed")
                            ? Outcome.Cause.CLOSED
                            : Outcome.Cause.OTHER);
        }
        if (!text.startsWith("Disconnected")
                && !text.startsWith("Aborted login")
                && !text.startsWith("Login aborted")) {
            return null;
        }
        boolean secured = text.contains(", TLS") || text.contains(", SSL");
        if (text.contains("no auth attempts") || text.contains("no_auth_attempts")) {
            return secured ? Outcome.NO_COMMAND : null;
        }
        return Outcome.NO_LOGIN;
    }

    /** Syslog's old form has no year: the last such day is meant. */
    private Optional<Instant> time(String line) {
        try {
            Matcher iso = ISO.matcher(line);
            if (iso.find()) {
                String offset = iso.group(3);
                String text = iso.group(1) + "T" + iso.group(2);
                return Optional.of(
                        offset == null
                                ? LocalDateTime.parse(text).atZone(zone).toInstant()
                                : OffsetDateTime.parse(text
                                                + (offset.length() == 5
                                                        ? offset.substring(0, 3) + ":" + offset.substring(3)
                                                        : offset))
                                        .toInstant());
            }
            Matcher syslog = SYSLOG.matcher(line);
            if (!syslog.find()) {
                return Optional.empty();
            }
            String day = syslog.group(1) + " " + syslog.group(2) + " " + syslog.group(3);
            for (int year = now.atZone(zone).getYear(), back = 0; back < 8; back++) {
                Optional<Instant> at = inYear(year - back, day);
                if (at.isPresent() && !at.get().isAfter(now.plus(Duration.ofDays(1)))) {
                    return at.map(then -> then.truncatedTo(ChronoUnit.SECONDS));
                }
            }
            return Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private Optional<Instant> inYear(int year, String day) {
        LocalDateTime at = LocalDateTime.parse(year + " " + day, SYSLOG_TIME);
        return at.format(SYSLOG_TIME).endsWith(day)
                ? Optional.of(at.atZone(zone).toInstant())
                : Optional.empty();
    }
}
