package org.understudy.server.tls;

import java.nio.file.Files;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which certificates a server is to show.
 *
 * @param standard for clients that name no host, or one that is not listed
 * @param hosts by host name or wildcard
 */
public record CertificatePlan(Entry standard, SortedMap<String, Entry> hosts) {
    /** How the standard certificate is called in lists. */
    public static final String DEFAULT = "default";

    public CertificatePlan {
        hosts = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(hosts));
    }

    /** @param coming whether the files may still be missing, as another part of the server will write them */
    public record Entry(CertificateFiles files, boolean coming) {
        boolean awaited() {
            return coming && files.all().stream().anyMatch(file -> !Files.exists(file));
        }
    }

    /** Every entry with its name, the standard one first. */
    List<Named> all() {
        List<Named> all = new java.util.ArrayList<>();
        all.add(new Named(DEFAULT, standard));
        hosts.forEach((name, entry) -> all.add(new Named(name, entry)));
        return all;
    }

    record Named(String name, Entry entry) {}
}
