package org.understudy.restore.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.understudy.restore.message.HeaderBlock;

/**
 * What the host that took a message in noted of its signatures (Authentication-Results, RFC 8601).
 *
 * <p>Anyone can write such a field, so only the topmost is believed, and only if no Received field stands above it or one
 * of those above, or the next below, names its host as the receiver: that host removes fields that bear its own name from
 * what comes in (RFC 8601 section 5).
 *
 * @param host the believed field's host, lower case, or empty
 * @param passed domains whose DKIM signature it saw pass, lower case
 * @param present whether there is any such field, believed or not
 */
record DeliveryResults(String host, List<String> passed, boolean present) {
    private static final int LIMIT = 8192;

    DeliveryResults {
        passed = List.copyOf(passed);
    }

    static DeliveryResults of(HeaderBlock header) {
        List<String> receivers = new ArrayList<>();
        String value = null;
        for (HeaderBlock.Field field : header.fields()) {
            if (field.name().equalsIgnoreCase("Received")) {
                receivers.add(receiver(header.value(field, LIMIT)));
                if (value != null) {
                    break;
                }
            } else if (value == null && field.name().equalsIgnoreCase("Authentication-Results")) {
                value = header.value(field, LIMIT).toLowerCase(Locale.ROOT);
                if (receivers.isEmpty()) {
                    return read(value);
                }
            }
        }
        if (value == null) {
            return new DeliveryResults("", List.of(), false);
        }
        String host = host(value);
        boolean believed = receivers.stream().anyMatch(receiver -> same(host, receiver));
        return believed ? read(value) : new DeliveryResults("", List.of(), true);
    }

    boolean believed() {
        return !host.isEmpty();
    }

    private static DeliveryResults read(String value) {
        List<String> passed = new ArrayList<>();
        for (String result : value.split(";", 64)) {
            if (!result.trim().startsWith("dkim=pass")) {
                continue;
            }
            for (String word : result.trim().split("\\s+")) {
                String domain = word.startsWith("header.d=")
                        ? word.substring(9)
                        : word.startsWith("header.i=") ? word.substring(word.lastIndexOf('@') + 1) : "";
                if (!domain.isEmpty() && !domain.startsWith("header.")) {
                    passed.add(domain);
                }
            }
        }
        return new DeliveryResults(host(value), passed, true);
    }

    private static String host(String value) {
        return value.split("[;\\s(]", 2)[0];
    }

    /** The host after {@code by} in a Received field, lower case, or empty. */
    private static String receiver(String received) {
        String[] words = received.toLowerCase(Locale.ROOT).split("[\\s;]+", 200);
        for (int i = 0; i + 1 < words.length; i++) {
            if (words[i].equals("by")) {
                return words[i + 1];
            }
        }
        return "";
    }

    private static boolean same(String host, String receiver) {
        return host.indexOf('.') > 0
                && receiver.indexOf('.') > 0
                && (host.equals(receiver) || host.endsWith("." + receiver) || receiver.endsWith("." + host));
    }
}
