package org.understudy.server.autoconfig;

import org.understudy.server.autoconfig.Autoconfig.Login;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;
import org.understudy.server.autoconfig.Autoconfig.Security;
import org.understudy.server.autoconfig.Autoconfig.Server;

/** {@code config-v1.1.xml}, as Thunderbird, Evolution, K-9 Mail and others read it. */
final class ThunderbirdSettings {
    private ThunderbirdSettings() {}

    static String of(MailDomain mail) {
        Xml xml = new Xml()
                .open("clientConfig", "version", "1.1")
                .open("emailProvider", "id", mail.domain())
                .element("domain", mail.domain())
                .element("displayName", mail.name())
                .element("displayShortName", mail.name());
        server(xml, "incomingServer", "imap", mail.imap(), mail.login());
        Server pop3 = mail.pop3();
        if (pop3 != null) {
            server(xml, "incomingServer", "pop3", pop3, mail.login());
        }
        server(xml, "outgoingServer", "smtp", mail.smtp(), mail.login());
        if (!mail.help().isEmpty()) {
            xml.open("documentation", "url", mail.help())
                    .element("descr", mail.name(), "lang", "en")
                    .close("documentation");
        }
        return xml.close("emailProvider").close("clientConfig").toString();
    }

    private static void server(Xml xml, String element, String type, Server server, Login login) {
        xml.open(element, "type", type)
                .element("hostname", server.host())
                .element("port", String.valueOf(server.port()))
                .element("socketType", server.security() == Security.TLS ? "SSL" : "STARTTLS")
                .element("authentication", "password-cleartext")
                .element("username", login == Login.ADDRESS ? "%EMAILADDRESS%" : "%EMAILLOCALPART%")
                .close(element);
    }
}
