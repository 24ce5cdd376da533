package org.understudy.restore.validate;

import java.util.List;
import java.util.Locale;
import org.understudy.restore.message.HeaderBlock;

/**
 * What a header says of the mailing list that sent the message on.
 *
 * @param present whether there was one
 * @param rewrites whether its software is one that changes bodies (footers, filtered parts)
 * @param addresses values that name the list, lower case
 */
record MailingList(boolean present, boolean rewrites, String addresses) {
    private static final List<String> FIELDS = List.of(
            "List-Id", "List-Post", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-Loop");
    private static final List<String> REWRITERS = List.of(
            "X-Mailman-Version",
            "X-BeenThere",
            "X-Content-Filtered-By",
            "Mailing-List",
            "X-Mailman-Original-Date",
            "X-Google-Group-Id",
            "X-Loop",
            "X-Sympa-To",
            "X-eGroups-Return");

    static MailingList of(HeaderBlock header) {
        StringBuilder addresses = new StringBuilder();
        boolean rewrites = false;
        for (HeaderBlock.Field field : header.fields()) {
            String name = field.name();
            if (FIELDS.stream().anyMatch(name::equalsIgnoreCase)) {
                addresses
                        .append(header.value(field, 1000).toLowerCase(Locale.ROOT))
                        .append(' ');
            }
            rewrites |= REWRITERS.stream().anyMatch(name::equalsIgnoreCase);
        }
        String precedence = header.value("Precedence").toLowerCase(Locale.ROOT);
        boolean present = !addresses.isEmpty() || precedence.equals("list") || precedence.equals("bulk");
        return new MailingList(present, rewrites, addresses.toString());
    }

    /** Whether a signature of that domain is the list's own. */
    boolean signsAs(String domain) {
        return domain.indexOf('.') > 0 && (addresses.contains("." + domain + ">") || addresses.contains("@" + domain));
    }
}
