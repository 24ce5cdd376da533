package org.understudy.server.config;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code accounts.ldap}. */
final class LdapReader {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]", "::1");

    private LdapReader() {}

    /** @return null where the section is missing */
    static @Nullable LdapSettings read(Section accounts) {
        boolean there = accounts.has("ldap");
        Section s = accounts.section("ldap");
        String user = s.text("user-attribute", "uid");
        String mail = s.text("mail-attribute", "");
        String plain = "(" + user + "=" + LdapSettings.USER + ")";
        String usual = mail.isEmpty() ? plain : "(|" + plain + "(" + mail + "=" + LdapSettings.USER + "))";
        String filter = s.text("filter", usual);
        LdapSettings settings = new LdapSettings(
                servers(s),
                s.truth("starttls", true),
                s.optionalPath("ca-file"),
                s.text("bind-dn", ""),
                s.optionalPath("bind-password-file"),
                s.text("base", ""),
                filter,
                s.text("recipient-filter", filter),
                s.text("bind-template", ""),
                user,
                mail,
                s.text("quota-attribute", ""),
                s.number("connections", 8, 1, 1_000),
                s.duration("connect-timeout", Duration.ofSeconds(3), Duration.ofMillis(1)),
                s.duration("timeout", Duration.ofSeconds(5), Duration.ofMillis(1)),
                s.truth("create-mailboxes", true));
        if (there) {
            check(settings, s);
        }
        s.finish();
        return there ? settings : null;
    }

    private static List<URI> servers(Section s) {
        List<URI> servers = new ArrayList<>();
        for (String text : s.texts("servers")) {
            try {
                URI uri = new URI(text);
                boolean fits = ("ldap".equals(uri.getScheme()) || "ldaps".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && uri.getRawUserInfo() == null
                        && (uri.getRawPath() == null || uri.getRawPath().isEmpty() || "/".equals(uri.getRawPath()));
                if (fits) {
                    servers.add(uri);
                    continue;
                }
            } catch (URISyntaxException e) {
                s.fault("servers", "\"" + text + "\" is no address: " + e.getReason());
                continue;
            }
            s.fault("servers", "expected addresses such as \"ldaps://ldap.example.org\", found \"" + text + "\"");
        }
        return servers;
    }

    private static void check(LdapSettings settings, Section s) {
        if (settings.servers().isEmpty()) {
            s.fault("servers", "expected a list of addresses such as \"ldaps://ldap.example.org\"");
        }
        boolean far = settings.servers().stream()
                .anyMatch(uri -> "ldap".equals(uri.getScheme()) && !LOOPBACK.contains(uri.getHost()));
        if (!settings.startTls() && far) {
            s.fault("starttls", "can be false for servers of this machine only: passwords would travel unencrypted");
        }
        if (settings.bindDn().isEmpty() != (settings.bindPasswordFile() == null)) {
            s.fault("bind-dn", "and bind-password-file belong together");
        }
        if (s.has("recipient-filter") && settings.base().isEmpty()) {
            s.fault("recipient-filter", "wants base too, the DN below which users are");
        }
        if (settings.bindTemplate().isEmpty() && settings.base().isEmpty()) {
            s.fault("base", "expected the DN below which users are, or a bind-template");
        }
        checkForms(settings, s);
    }

    private static void checkForms(LdapSettings settings, Section s) {
        if (!settings.filter().contains(LdapSettings.USER)) {
            s.fault("filter", "expected {user} in it, where the user's name goes");
        }
        if (!settings.recipientFilter().contains(LdapSettings.USER)) {
            s.fault("recipient-filter", "expected {user} in it, where the address goes");
        }
        if (!settings.bindTemplate().isEmpty() && !settings.bindTemplate().contains(LdapSettings.USER)) {
            s.fault("bind-template", "expected {user} in it, where the user's name goes");
        }
        try {
            Filter unused = Filter.create(settings.filter().replace(LdapSettings.USER, "x"));
        } catch (LDAPException e) {
            s.fault("filter", "is no filter (RFC 4515): " + e.getMessage());
        }
        try {
            Filter unused = Filter.create(settings.recipientFilter().replace(LdapSettings.USER, "x"));
        } catch (LDAPException e) {
            s.fault("recipient-filter", "is no filter (RFC 4515): " + e.getMessage());
        }
        for (String dn : List.of(
                settings.base(), settings.bindDn(), settings.bindTemplate().replace(LdapSettings.USER, "x"))) {
            if (!DN.isValidDN(dn)) {
                s.fault("base", "\"" + dn + "\" is no distinguished name (RFC 4514)");
            }
        }
    }
}
