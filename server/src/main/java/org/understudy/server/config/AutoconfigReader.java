package org.understudy.server.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.server.autoconfig.Autoconfig;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;
import org.understudy.server.autoconfig.Autoconfig.Security;
import org.understudy.server.autoconfig.Autoconfig.Server;

/** Reads the section {@code autoconfig}. */
final class AutoconfigReader {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern PAGE = Pattern.compile("https?://[^\\s<>\"]{1,500}");

    private AutoconfigReader() {}

    static Autoconfig read(Section s) {
        List<MailDomain> domains = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section one : s.sections("domains")) {
            String domain = host(one, "domain", "");
            if (!domain.isEmpty() && !names.add(domain)) {
                one.fault("domain", "'" + domain + "' stands in the list twice");
            }
            Server imap = server(one, "imap", 993, Security.TLS);
            Server pop3 = one.has("pop3") ? server(one, "pop3", 995, Security.TLS) : null;
            Server smtp = server(one, "smtp", 465, Security.TLS);
            String help = one.text("help", "");
            if (!help.isEmpty() && !PAGE.matcher(help).matches()) {
                one.fault("help", "expected the address of a page, found \"" + help + "\"");
            }
            if (imap == null || smtp == null) {
                one.fault("domain", "'" + domain + "' needs the sections imap and smtp, each with a host");
            } else {
                domains.add(new MailDomain(
                        domain,
                        one.text("name", domain.isEmpty() ? "mail" : domain),
                        imap,
                        pop3,
                        smtp,
                        one.truth("login-without-domain", false)
                                ? Autoconfig.Login.LOCAL_PART
                                : Autoconfig.Login.ADDRESS,
                        help));
                one.finish();
            }
        }
        s.finish();
        return new Autoconfig(domains);
    }

    private static @Nullable Server server(Section domain, String key, int port, Security security) {
        if (!domain.has(key)) {
            return null;
        }
        Section s = domain.section(key);
        Server server = new Server(
                host(s, "host", ""), s.number("port", port, 1, 65_535), s.oneOf("security", Security.class, security));
        s.finish();
        return server;
    }

    private static String host(Section s, String key, String otherwise) {
        String text = s.text(key, otherwise).toLowerCase(Locale.ROOT);
        if (!NAME.matcher(text).matches() || text.length() > 253) {
            s.fault(key, "expected a host name in ASCII such as mail.example.org, found \"" + text + "\"");
        }
        return text;
    }
}
