package org.understudy.server.autoconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.ConfigurationReader;
import org.understudy.storage.OperatorException;
import org.w3c.dom.Document;

@Timeout(60)
final class AutoconfigTest {
    private static final String CONFIGURATION = """
            autoconfig {
              domains = [
                { domain = Brand.Example, name = "Brand & <Sons>", help = "https://brand.example/?a=1&b=2"
                  imap { host = imap.brand.example }
                  pop3 { host = pop.brand.example }
                  smtp { host = smtp.brand.example, port = 587, security = starttls } }
                { domain = other.example, login-without-domain = true
                  imap { host = mail.other.example, port = 143, security = starttls }
                  smtp { host = mail.other.example } }
              ]
            }
            """;

    @TempDir
    Path folder;

    private Autoconfig settings;
    private AutoconfigServer server;
    private HttpClient client;

    @BeforeEach
    void start() throws Exception {
        Path file = Files.writeString(folder.resolve("understudy.conf"), CONFIGURATION);
        settings = ConfigurationReader.read(file).autoconfig();
        server = AutoconfigServer.start(new Configuration.Listener(true, "127.0.0.1", 0), settings);
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String body) throws Exception {
        return client.send(
                request("/Autodiscover/Autodiscover.xml")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.listening().port() + path));
    }

    /** Read as XML, without fetching what a document type names. */
    private static String at(String xml, String path) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
        Document document =
                factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
        return XPathFactory.newInstance().newXPath().evaluate(path, document);
    }

    private static String asking(String address) {
        return "<?xml version=\"1.0\"?><Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/"
                + "requestschema/2006\"><Request><EMailAddress>" + address + "</EMailAddress><AcceptableResponseSchema>"
                + "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
                + "</AcceptableResponseSchema></Request></Autodiscover>";
    }

    @Test
    void thunderbirdIsTold() throws Exception {
        for (String path : new String[] {
            "/mail/config-v1.1.xml?emailaddress=anna%40brand.example",
            "/.well-known/autoconfig/mail/config-v1.1.xml?emailaddress=Anna@BRAND.example"
        }) {
            HttpResponse<String> told = get(path);
            assertThat(told.statusCode()).isEqualTo(200);
            assertThat(told.headers().firstValue("content-type")).hasValue("text/xml; charset=utf-8");
            String in = "/clientConfig/emailProvider/incomingServer[@type='imap']/";
            assertThat(at(told.body(), in + "hostname")).isEqualTo("imap.brand.example");
            assertThat(at(told.body(), in + "port")).isEqualTo("993");
            assertThat(at(told.body(), in + "socketType")).isEqualTo("SSL");
            assertThat(at(told.body(), in + "username")).isEqualTo("%EMAILADDRESS%");
            assertThat(at(told.body(), "//incomingServer[@type='pop3']/port")).isEqualTo("995");
            assertThat(at(told.body(), "//outgoingServer/socketType")).isEqualTo("STARTTLS");
            assertThat(at(told.body(), "//displayName")).isEqualTo("Brand & <Sons>");
            assertThat(at(told.body(), "//documentation/@url")).isEqualTo("https://brand.example/?a=1&b=2");
        }
        assertThat(at(get("/mail/config-v1.1.xml?emailaddress=a@other.example").body(), "//username"))
                .isEqualTo("%EMAILLOCALPART%");
    }

    @Test
    void outlookIsTold() throws Exception {
        HttpResponse<String> told = post(asking("anna@brand.example"));
        assertThat(told.statusCode()).isEqualTo(200);
        String protocol = "//*[local-name()='Protocol'][*[local-name()='Type']='%s']/*[local-name()='%s']";
        assertThat(at(told.body(), protocol.formatted("IMAP", "Server"))).isEqualTo("imap.brand.example");
        assertThat(at(told.body(), protocol.formatted("IMAP", "LoginName"))).isEqualTo("anna@brand.example");
        assertThat(at(told.body(), protocol.formatted("SMTP", "Encryption"))).isEqualTo("TLS");
        assertThat(at(told.body(), protocol.formatted("POP3", "Encryption"))).isEqualTo("SSL");
        assertThat(at(post(asking("anna@other.example")).body(), protocol.formatted("IMAP", "LoginName")))
                .isEqualTo("anna");
    }

    @Test
    void appleIsTold() throws Exception {
        HttpResponse<String> told = get("/apple.mobileconfig?email=o'brien%26co@brand.example");
        assertThat(told.statusCode()).isEqualTo(200);
        assertThat(told.headers().firstValue("content-type"))
                .hasValue("application/x-apple-aspen-config; charset=utf-8");
        String value = "//key[.='%s']/following-sibling::*[1]";
        assertThat(at(told.body(), value.formatted("EmailAddress"))).isEqualTo("o'brien&co@brand.example");
        assertThat(at(told.body(), value.formatted("IncomingMailServerHostName")))
                .isEqualTo("imap.brand.example");
        assertThat(at(told.body(), value.formatted("OutgoingMailServerPortNumber")))
                .isEqualTo("587");
        assertThat(at(told.body(), value.formatted("PayloadType"))).isEqualTo("com.apple.mail.managed");
        assertThat(get("/apple.mobileconfig?email=o'brien%26co@brand.example").body())
                .isEqualTo(told.body());
    }

    /** Whoever asks for an address learns no more than its domain's settings, whether there is such a user or not. */
    @Test
    void nobodyLearnsWhetherAnAddressExists() throws Exception {
        assertThat(get("/mail/config-v1.1.xml?emailaddress=anna@brand.example").body())
                .isEqualTo(get("/mail/config-v1.1.xml?emailaddress=nobody@brand.example")
                        .body());
        assertThat(post(asking("anna@brand.example")).body().replace("anna", "nobody"))
                .isEqualTo(post(asking("nobody@brand.example")).body());
    }

    @Test
    void entitiesAndDocumentTypesAreRefused() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret.txt"), "anna");
        String entity = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY x SYSTEM \"" + secret.toUri() + "\">]>";
        String bombs = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
        for (String body : new String[] {
            entity + asking("&x;@brand.example").substring("<?xml version=\"1.0\"?>".length()),
            entity + asking("anna@brand.example").substring("<?xml version=\"1.0\"?>".length()),
            bombs + asking("&b;@brand.example").substring("<?xml version=\"1.0\"?>".length()),
            asking("&x;@brand.example"),
            asking("a b@brand.example"),
            asking("\"&lt;script&gt;\"@brand.example"),
            "<a",
            "",
            "\u0000"
        }) {
            HttpResponse<String> told = post(body);
            assertThat(told.statusCode()).as("%s", body).isEqualTo(400);
            assertThat(told.body()).contains("<ErrorCode>600</ErrorCode>").doesNotContain("imap.brand.example");
        }
        assertThat(post(asking("anna@brand.example" + " ".repeat(20_000))).statusCode())
                .isIn(400, 413);
    }

    @Test
    void whatIsNotThereIsSaid() throws Exception {
        assertThat(get("/mail/config-v1.1.xml?emailaddress=anna@unknown.example")
                        .statusCode())
                .isEqualTo(404);
        assertThat(get("/mail/config-v1.1.xml").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
        assertThat(get("/autodiscover/autodiscover.xml").statusCode()).isEqualTo(405);
        assertThat(post(asking("anna@unknown.example")).body()).contains("<ErrorCode>500</ErrorCode>");
        assertThat(post(asking("anna@brand.example").replace("outlook/responseschema", "mobilesync/responseschema"))
                        .body())
                .contains("<ErrorCode>601</ErrorCode>");
    }

    @Test
    void filesSayTheSame() throws Exception {
        assertThat(AutoconfigFiles.write(settings, folder.resolve("web"))).hasSize(8);
        assertThat(Files.readString(folder.resolve("web/brand.example/mail/config-v1.1.xml")))
                .isEqualTo(get("/mail/config-v1.1.xml?emailaddress=x@brand.example")
                        .body());
        assertThat(Files.readString(folder.resolve("web/brand.example/autodiscover/autodiscover.xml")))
                .contains("imap.brand.example")
                .doesNotContain("LoginName");
        assertThat(at(
                        Files.readString(folder.resolve("web/other.example/mail/apple.mobileconfig")),
                        "//key[.='IncomingMailServerHostName']/following-sibling::*[1]"))
                .isEqualTo("mail.other.example");
    }

    @Test
    void faultsOfTheSectionAreNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("bad.conf"), """
                autoconfig.domains = [
                  { domain = "a b", imap { host = x }, smtp { host = y } }
                  { domain = c.example, imap { host = x } }
                  { domain = d.example, imap { host = x }, smtp { host = y }, help = "javascript:1" }
                ]
                """);
        assertThatThrownBy(() -> ConfigurationReader.read(file))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("expected a host name in ASCII")
                .hasMessageContaining("'c.example' needs the sections imap and smtp")
                .hasMessageContaining("expected the address of a page");
    }
}
