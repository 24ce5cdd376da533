package org.understudy.server.autoconfig;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.understudy.server.autoconfig.Autoconfig.Login;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;
import org.understudy.server.autoconfig.Autoconfig.Server;

/**
 * A {@code .mobileconfig} profile for the Mail of iPhones, iPads and Macs. It is not signed, and they say so. The same domain
 * and address always make the same profile, so that installing it anew replaces it.
 */
final class AppleProfile {
    private static final String DOCTYPE = "<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\""
            + " \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">";

    private final Xml xml = new Xml();

    private AppleProfile() {}

    /** @param address whose; null for a profile that asks for it */
    static String of(MailDomain mail, @Nullable Address address) {
        return new AppleProfile().write(mail, address);
    }

    private String write(MailDomain mail, @Nullable Address address) {
        String id = "org.understudy.mail." + mail.domain();
        xml.line(DOCTYPE).open("plist", "version", "1.0").open("dict");
        xml.element("key", "PayloadContent").open("array").open("dict");
        text("EmailAccountDescription", mail.name());
        text("EmailAccountType", "EmailTypeIMAP");
        if (address != null) {
            text("EmailAddress", address.text());
        }
        server("Incoming", mail.imap(), mail, address);
        server("Outgoing", mail.smtp(), mail, address);
        truth("OutgoingPasswordSameAsIncomingPassword");
        payload(id + ".account", "com.apple.mail.managed", mail, address);
        xml.close("dict").close("array");
        payload(id, "Configuration", mail, address);
        return xml.close("dict").close("plist").toString();
    }

    private void server(String direction, Server server, MailDomain mail, @Nullable Address address) {
        text(direction + "MailServerAuthentication", "EmailAuthPassword");
        text(direction + "MailServerHostName", server.host());
        xml.element("key", direction + "MailServerPortNumber").element("integer", String.valueOf(server.port()));
        truth(direction + "MailServerUseSSL");
        if (address != null) {
            text(direction + "MailServerUsername", mail.login() == Login.ADDRESS ? address.text() : address.local());
        }
    }

    private void payload(String id, String type, MailDomain mail, @Nullable Address address) {
        String name = id + "/" + (address == null ? "" : address.text());
        text("PayloadDisplayName", mail.name());
        text("PayloadIdentifier", id);
        text("PayloadType", type);
        text(
                "PayloadUUID",
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString());
        xml.element("key", "PayloadVersion").element("integer", "1");
    }

    private void text(String key, String value) {
        xml.element("key", key).element("string", value);
    }

    private void truth(String key) {
        xml.element("key", key).empty("true");
    }
}
