package org.understudy.restore.copies;

import java.util.regex.Pattern;

/** The part of a Maildir's file name that stays when flags change and sizes are added: all before the first comma or colon. */
final class BaseName {
    /** A time of nine digits and more, a dot, and something that makes it unique (https://cr.yp.to/proto/maildir.html). */
    private static final Pattern DELIVERED = Pattern.compile("\\d{9,}\\.[^.].*");

    private BaseName() {}

    /** Of an item's path; empty if the item does not lie in {@code cur} or {@code new}. */
    static String of(String path) {
        int slash = path.lastIndexOf('/');
        String folder = slash < 0 ? "" : path.substring(path.lastIndexOf('/', slash - 1) + 1, slash);
        if (!folder.equals("cur") && !folder.equals("new")) {
            return "";
        }
        String name = path.substring(slash + 1);
        int end = name.length();
        for (String mark : new String[] {":", ",", ";2,", "!2,"}) {
            int at = name.indexOf(mark);
            end = at < 0 ? end : Math.min(end, at);
        }
        return name.substring(0, end);
    }

    /** Whether it was made by a delivery, so that no two messages have it. */
    static boolean unique(String base) {
        return DELIVERED.matcher(base).matches();
    }
}
