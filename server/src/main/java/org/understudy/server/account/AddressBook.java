package org.understudy.server.account;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Finds the users behind an address. What is tried, in this order: the address; the address without its detail ({@code
 * anna+lists@example.org} is {@code anna@example.org}); in local domains the part before the {@code @}, with its detail and
 * without; the domain's catch-all. The first that is an alias or a user counts. An alias stands for what it names, users and
 * further aliases; where aliases lead in a circle, an address that is met again is taken as the user of that name.
 */
public final class AddressBook {
    /** So many aliases and users at most behind one address. */
    private static final int MOST = 1_000;

    /** Stands for all domains. */
    private static final String ANY = "*";

    private final Function<String, Optional<String>> users;
    private final Aliases aliases;
    private final Rules rules;

    /**
     * @param delimiter between a user and a detail, one character; empty for no details
     * @param localDomains lower case, in which the part before the {@code @} alone may be a user; {@code *} for all
     */
    public record Rules(String delimiter, Set<String> localDomains) {
        public Rules {
            localDomains = Set.copyOf(localDomains);
        }
    }

    /**
     * A user, and what the address has after the delimiter.
     *
     * @param detail empty for none
     */
    public record Target(String user, String detail) {}

    /**
     * Looks users up as they are asked for.
     *
     * @param users a user's name as it is stored, by any form of it; empty where there is none. What it throws, {@link #find}
     *     throws: whether somebody is behind the address cannot be told then
     */
    public AddressBook(Function<String, Optional<String>> users, Aliases aliases, Rules rules) {
        this.users = users;
        this.aliases = aliases;
        this.rules = rules;
    }

    private record Candidate(String address, String detail) {}

    /** The users that mail to {@code address} is for; none where nobody knows the address. */
    public List<Target> find(String address) {
        Set<Target> found = new LinkedHashSet<>();
        expand(address, "", new HashSet<>(), found);
        return List.copyOf(found);
    }

    private void expand(String given, String inherited, Set<String> met, Set<Target> found) {
        for (Candidate candidate : candidates(given, inherited)) {
            String name = Aliases.folded(candidate.address());
            boolean again = met.contains(name);
            List<String> targets = again ? List.of() : aliases.targets(name);
            if (!targets.isEmpty()) {
                met.add(name);
                for (String target : targets) {
                    if (met.size() + found.size() < MOST) {
                        expand(target, candidate.detail(), met, found);
                    }
                }
                return;
            }
            Optional<String> user = users.apply(candidate.address());
            if (user.isPresent()) {
                found.add(new Target(user.get(), candidate.detail()));
                return;
            }
            if (again) {
                return;
            }
        }
    }

    private List<Candidate> candidates(String address, String inherited) {
        int at = address.lastIndexOf('@');
        String local = at < 0 ? address : address.substring(0, at);
        String domain = at < 0 ? "" : address.substring(at + 1);
        String suffix = at < 0 ? "" : "@" + domain;
        List<Candidate> all = new ArrayList<>(5);
        int cut = rules.delimiter().isEmpty() ? -1 : local.indexOf(rules.delimiter());
        String base = cut > 0 ? local.substring(0, cut) : local;
        String detail = cut > 0 ? local.substring(cut + rules.delimiter().length()) : inherited;
        all.add(new Candidate(local + suffix, inherited));
        all.add(new Candidate(base + suffix, detail));
        if (at >= 0 && isLocal(domain)) {
            all.add(new Candidate(local, inherited));
            all.add(new Candidate(base, detail));
        }
        if (at >= 0) {
            all.add(new Candidate(suffix, detail));
        }
        return all;
    }

    private boolean isLocal(String domain) {
        return rules.localDomains().contains(ANY) || rules.localDomains().contains(Aliases.folded(domain));
    }
}
