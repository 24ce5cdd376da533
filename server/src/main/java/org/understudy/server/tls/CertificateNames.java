package org.understudy.server.tls;

import java.net.IDN;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The host names and addresses that a certificate is made out to, and whom clients believe by them (RFC 9525 section 6):
 * names of subjectAltName only, never the subject's common name; a wildcard is a whole label, the first, and stands for
 * exactly one label; it needs two labels behind it, since clients refuse {@code *.org}.
 *
 * @param dns in lower case, as ASCII (A-labels), without a closing dot
 * @param addresses IP addresses in the certificate's own spelling
 */
public record CertificateNames(List<String> dns, List<String> addresses) {
    private static final int SAN_DNS = 2;
    private static final int SAN_IP = 7;
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    public CertificateNames {
        dns = List.copyOf(dns);
        addresses = List.copyOf(addresses);
    }

    /** The names of a certificate; none where its subjectAltName cannot be read. */
    public static CertificateNames of(X509Certificate certificate) {
        List<String> dns = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        Collection<List<?>> alternatives;
        try {
            alternatives = certificate.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            return new CertificateNames(dns, addresses);
        }
        if (alternatives != null) {
            for (List<?> one : alternatives) {
                if (Integer.valueOf(SAN_DNS).equals(one.get(0))) {
                    dns.add(normal(String.valueOf(one.get(1))));
                } else if (Integer.valueOf(SAN_IP).equals(one.get(0))) {
                    addresses.add(String.valueOf(one.get(1)));
                }
            }
        }
        return new CertificateNames(dns, addresses);
    }

    /** Whether a client that asked for {@code host} believes that it has reached it. */
    public boolean cover(String host) {
        if (isAddress(host)) {
            return addresses.stream().anyMatch(host::equalsIgnoreCase);
        }
        String name = normal(host);
        return dns.stream().anyMatch(pattern -> matches(pattern, name));
    }

    /**
     * Whether a name of a certificate stands for a host name.
     *
     * @param pattern normal, perhaps with a wildcard
     * @param name normal
     */
    public static boolean matches(String pattern, String name) {
        if (!pattern.contains("*")) {
            return pattern.equals(name);
        }
        int dot = name.indexOf('.');
        return pattern.startsWith("*.")
                && pattern.indexOf('*', 1) < 0
                && pattern.indexOf('.', 2) > 0
                && dot > 0
                && name.substring(dot).equals(pattern.substring(1));
    }

    /** Whether this is an IP address and no name. */
    public static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }

    /** Lower case, A-labels, no closing dot; what cannot be a name stays as it is, in lower case. */
    public static String normal(String name) {
        String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        String wild = bare.startsWith("*.") ? "*." : "";
        try {
            return wild
                    + IDN.toASCII(bare.substring(wild.length()), IDN.ALLOW_UNASSIGNED)
                            .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            return bare.toLowerCase(Locale.ROOT);
        }
    }
}
