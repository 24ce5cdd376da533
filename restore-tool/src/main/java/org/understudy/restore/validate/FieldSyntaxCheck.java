package org.understudy.restore.validate;

import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.MailDate;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks at what programs write into header fields: a program's field that breaks its own syntax was changed after it was
 * written. Names one bit away from a known name, control characters, dates and signatures that cannot be read.
 */
final class FieldSyntaxCheck implements Check {
    private static final int REPORTED = 5;

    /** Fields whose content no person types. */
    private static final Set<String> STRUCTURED = Set.of(
            "received",
            "date",
            "message-id",
            "references",
            "mime-version",
            "content-transfer-encoding",
            "dkim-signature",
            "arc-message-signature",
            "arc-seal",
            "return-path",
            "delivered-to",
            "received-spf",
            "authentication-results",
            "list-id");

    @Override
    public String name() {
        return "field-syntax";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> conclude(scan.header(), findings);
    }

    private static void conclude(HeaderBlock header, Findings findings) {
        int reported = 0;
        for (HeaderBlock.Field field : header.fields()) {
            String fault = fault(header, field);
            if (fault != null && reported++ < REPORTED) {
                findings.add(Strength.DOUBT, new Place.Octets(field.offset(), field.length()), fault);
            }
        }
        Tally high = new Tally();
        header.fields().stream()
                .filter(field -> STRUCTURED.contains(field.name().toLowerCase(Locale.ROOT)))
                .forEach(field -> countHigh(header, field, high));
        high.tell(Strength.DOUBT, "8-bit octet(s) in fields that programs write in ASCII", findings);
        int control = control(header);
        if (control >= 0) {
            findings.add(Strength.DOUBT, new Place.Octets(control, 1), "a control character in the header");
        }
    }

    private static void countHigh(HeaderBlock header, HeaderBlock.Field field, Tally high) {
        for (int i = field.offset(); i < field.offset() + field.length(); i++) {
            if (header.octet(i) < 0) {
                high.add(i);
            }
        }
    }

    private static @Nullable String fault(HeaderBlock header, HeaderBlock.Field field) {
        String name = field.name();
        if (FieldNames.isOneBitOff(name)) {
            return "the field's name is one bit away from a known one";
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "date" -> MailDate.read(header.value(field, 1000)) == null ? "the date cannot be read" : null;
            case "message-id" -> messageIdFault(header.value(field, 2000));
            case "from" -> header.value(field, 4096).indexOf('@') < 0 ? "no address" : null;
            case "dkim-signature", "arc-message-signature", "arc-seal" -> signatureFault(header.value(field, 16_384));
            default -> null;
        };
    }

    private static @Nullable String messageIdFault(String value) {
        boolean bracketed = value.indexOf('<') >= 0 && value.indexOf('>') > value.indexOf('<');
        return bracketed || value.isEmpty() ? null : "the identifier lacks its angle brackets";
    }

    /** RFC 6376 section 3.5: {@code b=} and {@code bh=} are base64 of the lengths that their algorithm gives. */
    private static @Nullable String signatureFault(String value) {
        for (String tag : value.split(";", 64)) {
            String[] parts = tag.split("=", 2);
            String name = parts[0].trim();
            if (parts.length < 2 || (!name.equals("b") && !name.equals("bh"))) {
                continue;
            }
            try {
                int octets = Base64.getDecoder().decode(parts[1].replaceAll("\\s", "")).length;
                boolean fits = name.equals("bh") ? octets == 32 || octets == 20 : octets >= 64 && octets % 16 == 0;
                if (!fits && octets > 0) {
                    return "the tag " + name + "= of a signature has " + octets + " octets, which no algorithm gives";
                }
            } catch (IllegalArgumentException notBase64) {
                return "the tag " + name + "= of a signature is not base64";
            }
        }
        return null;
    }

    /** Offset of the first control character but tab, escape (ISO 2022) and line ends, or -1. */
    private static int control(HeaderBlock header) {
        for (int i = 0; i < header.size(); i++) {
            byte b = header.octet(i);
            boolean blank = b == '\t' || b == '\n' || b == '\r' || b == 27;
            if ((b > 0 && b < ' ' && !blank) || b == 127) {
                return i;
            }
        }
        return -1;
    }
}
