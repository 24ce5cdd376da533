package org.understudy.server.acme;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * From whom the server orders certificates by itself (ACME, RFC 8555), and which.
 *
 * @param directory the authority's directory
 * @param contact a mail address that the authority may write to, or empty
 * @param host where the server answers the authority's questions (HTTP-01), address to listen on
 * @param port which the authority reaches as port 80
 * @param certificates the host names of each, the most important first; none is a wildcard
 */
public record AcmeSettings(URI directory, String contact, String host, int port, List<List<String>> certificates) {
    public AcmeSettings {
        certificates = certificates.stream().map(List::copyOf).toList();
    }

    /** Where the certificate for these names is kept with its key, PEM. */
    public Path file(Path dataFolder, List<String> names) {
        return folder(dataFolder).resolve(names.getFirst() + ".pem");
    }

    /** For what is this authority's; another one gets another folder, with an account of its own. */
    Path folder(Path dataFolder) {
        String authority = directory.getHost() + (directory.getPort() < 0 ? "" : "-" + directory.getPort());
        return dataFolder.resolve("acme").resolve(authority);
    }
}
