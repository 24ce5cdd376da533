package org.understudy.server.ldap;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.OperationType;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.understudy.server.tls.SelfSigned;
import org.understudy.server.tls.ServerCertificate;

/**
 * UnboundID's directory server in this process, with StartTLS on one port and LDAPS on another, and a certificate for
 * localhost and 127.0.0.1 that signs itself. Only {@link #SERVICE} may search.
 */
public final class TestDirectory implements AutoCloseable {
    public static final String BASE = "dc=example,dc=org";
    public static final String SERVICE = "cn=understudy,dc=example,dc=org";
    public static final String PASSWORD = "pencil";

    private final InMemoryDirectoryServer server;
    private final Path folder;
    private final int ldap;
    private final int ldaps;

    private TestDirectory(InMemoryDirectoryServer server, Path folder) {
        this.server = server;
        this.folder = folder;
        this.ldap = server.getListenPort("ldap");
        this.ldaps = server.getListenPort("ldaps");
    }

    public static TestDirectory start(Path folder) throws Exception {
        ServerCertificate certificate =
                SelfSigned.readOrCreate(folder.resolve("ldap.pem"), List.of(), Clock.systemUTC(), new SecureRandom());
        publish(certificate, folder.resolve("ldap-ca.pem"));
        secret(folder.resolve("ldap.password"), "service-secret\n");
        SSLContext tls = context(certificate);
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(BASE);
        InetAddress here = InetAddress.getByName("0.0.0.0");
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPConfig("ldap", here, 0, tls.getSocketFactory()),
                InMemoryListenerConfig.createLDAPSConfig(
                        "ldaps", here, 0, tls.getServerSocketFactory(), tls.getSocketFactory()));
        config.setSchema(null);
        config.setAuthenticationRequiredOperationTypes(OperationType.SEARCH, OperationType.COMPARE);
        InMemoryDirectoryServer server = new InMemoryDirectoryServer(config);
        server.add("dn: " + BASE, "objectClass: domain", "dc: example");
        server.add("dn: " + SERVICE, "objectClass: person", "cn: understudy", "userPassword: service-secret");
        server.add("dn: ou=people," + BASE, "objectClass: organizationalUnit", "ou: people");
        server.startListening();
        return new TestDirectory(server, folder);
    }

    private static SSLContext context(ServerCertificate certificate) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry(
                "ldap", certificate.key(), new char[0], certificate.chain().toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    /** Writes a certificate without its key. */
    static void publish(ServerCertificate certificate, Path file) throws Exception {
        Files.writeString(
                file,
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(certificate.chain().getFirst().getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
    }

    public static void secret(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    /** A user {@code uid=NAME,ou=people}, whose password is {@link #PASSWORD}. */
    public TestDirectory with(String name, String... attributes) throws Exception {
        String[] lines = new String[attributes.length + 6];
        lines[0] = "dn: uid=" + name + ",ou=people," + BASE;
        lines[1] = "objectClass: inetOrgPerson";
        lines[2] = "uid: " + name;
        lines[3] = "cn: " + name;
        lines[4] = "sn: " + name;
        lines[5] = "userPassword: " + PASSWORD;
        System.arraycopy(attributes, 0, lines, 6, attributes.length);
        server.add(lines);
        return this;
    }

    public InMemoryDirectoryServer server() {
        return server;
    }

    public int ldap() {
        return ldap;
    }

    public int ldaps() {
        return ldaps;
    }

    /** Nobody answers any more; {@link #back} undoes it, on the same ports. */
    public void away() {
        server.shutDown(true);
    }

    public void back() throws LDAPException {
        server.startListening();
    }

    /** What stands in {@code accounts.ldap} of a server that searches over LDAPS. */
    public String configuration(String... more) {
        return "accounts.ldap { servers = [\"ldaps://localhost:" + ldaps() + "\"], ca-file = \"" + folder
                + "/ldap-ca.pem\", bind-dn = \"" + SERVICE + "\", bind-password-file = \"" + folder
                + "/ldap.password\", base = \"" + BASE + "\", mail-attribute = mail, quota-attribute = mailQuota, "
                + "connect-timeout = 2 s\n" + String.join("\n", more) + " }";
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
