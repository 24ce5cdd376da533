package org.understudy.server.autoconfig;

import java.io.ByteArrayInputStream;
import java.util.Locale;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.understudy.server.autoconfig.Autoconfig.Login;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;
import org.understudy.server.autoconfig.Autoconfig.Security;
import org.understudy.server.autoconfig.Autoconfig.Server;

/** {@code autodiscover.xml}, the form that Outlook reads for accounts that are not Exchange's. */
final class OutlookSettings {
    static final int BAD_REQUEST = 600;
    static final int NO_SUCH_SCHEMA = 601;
    static final int NO_SUCH_DOMAIN = 500;

    private static final String ENVELOPE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    private static final String OUTLOOK =
            "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    private static final int LONGEST = 400;

    private OutlookSettings() {}

    /**
     * What is asked for.
     *
     * @param schema of the answer that is wanted, or empty
     */
    record Request(String address, String schema) {
        boolean wantsSettings() {
            return schema.isEmpty() || schema.toLowerCase(Locale.ROOT).equals(OUTLOOK);
        }
    }

    /** @return empty if it is no such request; one with a document type or entities never is */
    static Optional<Request> parse(byte[] body) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        try {
            XMLStreamReader in = factory.createXMLStreamReader(new ByteArrayInputStream(body));
            try {
                return read(in);
            } finally {
                in.close();
            }
        } catch (XMLStreamException e) {
            return Optional.empty();
        }
    }

    private static Optional<Request> read(XMLStreamReader in) throws XMLStreamException {
        String element = "";
        StringBuilder address = new StringBuilder();
        StringBuilder schema = new StringBuilder();
        while (in.hasNext()) {
            switch (in.next()) {
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> {
                    return Optional.empty();
                }
                case XMLStreamConstants.START_ELEMENT -> element = in.getLocalName();
                case XMLStreamConstants.END_ELEMENT -> element = "";
                case XMLStreamConstants.CHARACTERS -> {
                    if (element.equals("EMailAddress")) {
                        address.append(in.getText());
                    } else if (element.equals("AcceptableResponseSchema")) {
                        schema.append(in.getText());
                    }
                }
                default -> {}
            }
            if (address.length() > LONGEST || schema.length() > LONGEST) {
                return Optional.empty();
            }
        }
        return Optional.of(
                new Request(address.toString().strip(), schema.toString().strip()));
    }

    /** @param address who asks; null in a file that answers for everybody */
    static String of(MailDomain mail, @Nullable Address address) {
        Xml xml = new Xml()
                .open("Autodiscover", "xmlns", ENVELOPE)
                .open("Response", "xmlns", OUTLOOK)
                .open("User")
                .element("DisplayName", mail.name())
                .close("User")
                .open("Account")
                .element("AccountType", "email")
                .element("Action", "settings");
        String login = address == null ? "" : mail.login() == Login.ADDRESS ? address.text() : address.local();
        protocol(xml, "IMAP", mail.imap(), login);
        Server pop3 = mail.pop3();
        if (pop3 != null) {
            protocol(xml, "POP3", pop3, login);
        }
        protocol(xml, "SMTP", mail.smtp(), login);
        return xml.close("Account").close("Response").close("Autodiscover").toString();
    }

    private static void protocol(Xml xml, String type, Server server, String login) {
        xml.open("Protocol")
                .element("Type", type)
                .element("Server", server.host())
                .element("Port", String.valueOf(server.port()))
                .element("DomainRequired", "off");
        if (!login.isEmpty()) {
            xml.element("LoginName", login);
        }
        xml.element("SPA", "off")
                .element("SSL", "on")
                .element("Encryption", server.security() == Security.TLS ? "SSL" : "TLS")
                .element("AuthRequired", "on");
        if (type.equals("SMTP")) {
            xml.element("UsePOPAuth", "off").element("SMTPLast", "off");
        }
        xml.close("Protocol");
    }

    static String fault(int code, String message) {
        return new Xml()
                .open("Autodiscover", "xmlns", ENVELOPE)
                .open("Response")
                .open("Error")
                .element("ErrorCode", String.valueOf(code))
                .element("Message", message)
                .empty("DebugData")
                .close("Error")
                .close("Response")
                .close("Autodiscover")
                .toString();
    }
}
