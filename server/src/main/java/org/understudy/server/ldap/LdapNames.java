package org.understudy.server.ldap;

import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import org.understudy.server.config.LdapSettings;

/** Puts what users give as their names into filters and DNs, as the values that they are. */
final class LdapNames {
    private LdapNames() {}

    /** The filter of RFC 4515 with the name for each {@code {user}}. */
    static Filter filter(String template, String user) throws LDAPException {
        return Filter.create(template.replace(LdapSettings.USER, Filter.encodeValue(user)));
    }

    /** The DN of RFC 4514 with the name for each {@code {user}}. */
    static String dn(String template, String user) {
        String rdn = new RDN("x", user).toMinimallyEncodedString();
        return template.replace(LdapSettings.USER, rdn.substring(2));
    }
}
