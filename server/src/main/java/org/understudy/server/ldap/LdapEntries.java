package org.understudy.server.ldap;

import com.unboundid.ldap.sdk.SearchResultEntry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.account.Directory;
import org.understudy.server.account.UserName;
import org.understudy.server.config.DataSize;
import org.understudy.server.config.LdapSettings;

/** What entries of the directory say of users. */
final class LdapEntries {
    private static final Logger LOG = LoggerFactory.getLogger(LdapEntries.class);

    private final LdapSettings settings;

    LdapEntries(LdapSettings settings) {
        this.settings = settings;
    }

    /** Those that are asked for. */
    String[] attributes() {
        List<String> names = new ArrayList<>(List.of(settings.userAttribute()));
        for (String further : List.of(settings.mailAttribute(), settings.quotaAttribute())) {
            if (!further.isEmpty()) {
                names.add(further);
            }
        }
        return names.toArray(String[]::new);
    }

    /** @param given by which the user was looked for */
    Directory.Found of(SearchResultEntry entry, String given) {
        String[] values = entry.getAttributeValues(settings.userAttribute());
        Optional<String> name = canonical(values == null ? new String[0] : values, given);
        if (name.isEmpty()) {
            LOG.warn(
                    "{} of the directory has no {} that can be a user's name; nobody can log in as it",
                    entry.getDN(),
                    settings.userAttribute());
            return new Directory.Found.None();
        }
        return new Directory.Found.One(new Directory.Entry(name.get(), entry.getDN(), addresses(entry), quota(entry)));
    }

    /** Of several names the one that was given, where it is among them, else the first. */
    private static Optional<String> canonical(String[] values, String given) {
        List<String> names = Arrays.stream(values)
                .map(UserName::parse)
                .flatMap(Optional::stream)
                .toList();
        return names.contains(given) ? Optional.of(given) : names.stream().findFirst();
    }

    /** For a user who was let in and whose entry nobody may read: the name that was given, where only one can be meant. */
    Directory.Checked unseen(String dn, String given) {
        boolean plain = given.chars().allMatch(c -> c > ' ' && c < 0x7f);
        Optional<String> name = plain ? UserName.parse(given) : Optional.empty();
        if (name.isEmpty()) {
            LOG.warn("{} of the directory cannot be read, so its user's name is not sure; the login is refused", dn);
            return new Directory.Checked.Wrong();
        }
        return new Directory.Checked.Right(new Directory.Entry(name.get(), dn, List.of(), OptionalLong.empty()));
    }

    private List<String> addresses(SearchResultEntry entry) {
        if (settings.mailAttribute().isEmpty()) {
            return List.of();
        }
        String[] values = entry.getAttributeValues(settings.mailAttribute());
        return values == null
                ? List.of()
                : Arrays.stream(values).map(v -> v.toLowerCase(Locale.ROOT)).toList();
    }

    private OptionalLong quota(SearchResultEntry entry) {
        if (settings.quotaAttribute().isEmpty()) {
            return OptionalLong.empty();
        }
        String value = entry.getAttributeValue(settings.quotaAttribute());
        if (value == null || value.isBlank()) {
            return OptionalLong.empty();
        }
        Optional<Long> octets = value.strip().matches("[0-9]{1,18}")
                ? Optional.of(Long.parseLong(value.strip()))
                : DataSize.parse(value.strip()).map(DataSize::bytes);
        if (octets.isEmpty()) {
            LOG.warn("{} of the directory: {} is no size of octets", entry.getDN(), settings.quotaAttribute());
        }
        return octets.map(OptionalLong::of).orElse(OptionalLong.empty());
    }
}
