package org.understudy.restore.source.pst;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A person as Outlook keeps one.
 *
 * @param kind {@code SMTP}, {@code EX}, or what else leads there
 * @param address in that kind's form
 * @param smtp the same person's address on the Internet; empty if it is not kept
 */
record Address(String name, String kind, String address, String smtp) {
    private static final String NOWHERE = "@invalid";

    boolean isEmpty() {
        return name.isBlank() && address.isBlank() && smtp.isBlank();
    }

    /** As a field has it; an address that does not lead through the Internet is wrapped as Exchange does, at no host. */
    String text() {
        String mail = mail();
        String plain = name.strip();
        if (plain.isEmpty() || plain.equalsIgnoreCase(mail) || plain.equalsIgnoreCase("'" + mail + "'")) {
            return '<' + mail + '>';
        }
        return MimeText.phrase(plain) + " <" + mail + '>';
    }

    private String mail() {
        if (isMail(smtp)) {
            return smtp.strip();
        }
        if (isMail(address) && (kind.isBlank() || kind.equalsIgnoreCase("SMTP"))) {
            return address.strip();
        }
        String what = address.isBlank() ? name : address;
        String type = kind.isBlank() ? "NAME" : kind.toUpperCase(Locale.ROOT);
        return "IMCEA" + type.replaceAll("[^A-Z0-9]", "") + "-" + wrapped(what) + NOWHERE;
    }

    private static boolean isMail(String text) {
        return text.strip().matches("[\\x21-\\x3b\\x3d\\x3f-\\x7e]+@[\\x21-\\x3b\\x3d\\x3f-\\x7e]+")
                && !text.contains(",")
                && !text.contains(";");
    }

    private static String wrapped(String text) {
        StringBuilder wrapped = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            int octet = b & 0xff;
            if (octet < 0x80 && Character.isLetterOrDigit(octet) || octet == '-') {
                wrapped.append((char) octet);
            } else if (octet == '/') {
                wrapped.append('_');
            } else {
                wrapped.append('+').append(String.format(Locale.ROOT, "%02X", octet));
            }
        }
        return wrapped.isEmpty() ? "unknown" : wrapped.toString();
    }
}
