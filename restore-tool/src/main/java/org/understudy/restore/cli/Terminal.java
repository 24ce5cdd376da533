package org.understudy.restore.cli;

import java.util.Map;

/**
 * What the process's standard streams are joined to.
 *
 * @param input a person can be asked: standard input and output are terminals, as {@link java.io.Console} demands
 * @param error standard error is a terminal that understands the carriage return and {@code ESC [K}
 * @param columns width of that terminal, at least 20
 * @param colour colours are welcome there (no-color.org)
 */
public record Terminal(boolean input, boolean error, int columns, boolean colour) {
    /** Streams that are files or pipes. */
    public static final Terminal NONE = new Terminal(false, false, 80, false);

    private static final int NARROWEST = 20;
    private static final int USUAL_COLUMNS = 80;

    public Terminal {
        columns = Math.max(NARROWEST, columns);
    }

    /**
     * Java cannot ask whether standard error is a terminal, so the launcher does and says so in {@code
     * UNDERSTUDY_TERMINAL}: the numbers of the streams that are one ({@code 0}, {@code 1}, {@code 2}), then, after a
     * colon, the width; for example {@code 02:120}.
     */
    public static Terminal of(Map<String, String> environment) {
        String[] told = environment.getOrDefault("UNDERSTUDY_TERMINAL", "").split(":", 2);
        boolean dumb = environment.getOrDefault("TERM", "").equals("dumb");
        boolean error = told[0].contains("2") && !dumb;
        boolean noColour = !environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(told[0].contains("0") && told[0].contains("1"), error, columns(told), error && !noColour);
    }

    private static int columns(String[] told) {
        return told.length == 2 && told[1].matches("[1-9][0-9]{0,3}") ? Integer.parseInt(told[1]) : USUAL_COLUMNS;
    }
}
