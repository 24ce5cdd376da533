package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes the HTML or the plain text out of RTF that was made of it ([MS-OXRTFEX]). */
final class RtfText {
    private static final int HEAD = 1024;
    private static final int DEEPEST = 1000;

    /** Groups that hold no text of the message. */
    private static final Set<String> NO_TEXT = Set.of(
            "colortbl",
            "stylesheet",
            "info",
            "pict",
            "object",
            "pntext",
            "listtable",
            "listoverridetable",
            "mhtmltag",
            "header",
            "footer",
            "xmlnstbl",
            "generator",
            "themedata");

    private static final Map<String, String> SYMBOLS = Map.ofEntries(
            Map.entry("par", "\r\n"),
            Map.entry("line", "\r\n"),
            Map.entry("tab", "\t"),
            Map.entry("lquote", "\u2018"),
            Map.entry("rquote", "\u2019"),
            Map.entry("ldblquote", "\u201c"),
            Map.entry("rdblquote", "\u201d"),
            Map.entry("bullet", "\u2022"),
            Map.entry("endash", "\u2013"),
            Map.entry("emdash", "\u2014"));

    /** Code pages by the numbers that fonts state. */
    private static final Map<Integer, Integer> FONT_CODE_PAGES = Map.ofEntries(
            Map.entry(77, 10_000),
            Map.entry(128, 932),
            Map.entry(129, 949),
            Map.entry(134, 936),
            Map.entry(136, 950),
            Map.entry(161, 1253),
            Map.entry(162, 1254),
            Map.entry(163, 1258),
            Map.entry(177, 1255),
            Map.entry(178, 1256),
            Map.entry(186, 1257),
            Map.entry(204, 1251),
            Map.entry(222, 874),
            Map.entry(238, 1250));

    /** What was made into RTF. */
    record Origin(boolean html, String text) {}

    /** What holds within a group. */
    private record State(boolean silent, boolean rtfOnly, boolean fonts, boolean tag, int skip, int font) {
        State silenced() {
            return new State(true, rtfOnly, fonts, tag, skip, font);
        }
    }

    private final byte[] rtf;
    private final StringBuilder out = new StringBuilder();
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final Map<Integer, Charset> fonts = new HashMap<>();
    private final Deque<State> states = new ArrayDeque<>();
    private State state = new State(false, false, false, false, 1, -1);
    private Charset charset = CodePages.of(1252);
    private boolean starred;
    private int toSkip;
    private int at;

    private RtfText(byte[] rtf) {
        this.rtf = rtf;
    }

    /** Nothing if the RTF was written as such. */
    static Optional<Origin> origin(byte[] rtf) {
        String head = new String(rtf, 0, Math.min(HEAD, rtf.length), StandardCharsets.ISO_8859_1);
        boolean html = head.contains("\\fromhtml1");
        if (!html && !head.contains("\\fromtext")) {
            return Optional.empty();
        }
        RtfText text = new RtfText(rtf);
        text.read();
        return Optional.of(new Origin(html, text.out.toString()));
    }

    private void read() {
        while (at < rtf.length) {
            int c = rtf[at++];
            switch (c) {
                case '{' -> {
                    flush();
                    if (states.size() == DEEPEST) {
                        return;
                    }
                    states.push(state);
                    starred = false;
                }
                case '}' -> {
                    flush();
                    if (states.isEmpty()) {
                        return;
                    }
                    state = states.pop();
                }
                case '\\' -> control();
                case '\r', '\n' -> {}
                default -> octet(c);
            }
        }
        flush();
    }

    private void control() {
        if (at >= rtf.length) {
            return;
        }
        int c = rtf[at++];
        if (Character.isLetter(c) && c > 0) {
            word(c);
            return;
        }
        switch (c) {
            case '\'' -> {
                if (at + 2 <= rtf.length) {
                    int high = Character.digit(rtf[at], 16);
                    int low = Character.digit(rtf[at + 1], 16);
                    at += 2;
                    if (high >= 0 && low >= 0) {
                        octet(high << 4 | low);
                    }
                }
            }
            case '*' -> starred = true;
            case '~' -> text("\u00a0");
            case '_' -> text("\u2011");
            case '\r', '\n' -> text("\r\n");
            case '{', '}', '\\' -> octet(c);
            default -> {}
        }
    }

    private void word(int first) {
        StringBuilder name = new StringBuilder().append((char) first);
        while (at < rtf.length && rtf[at] > 0 && Character.isLetter(rtf[at])) {
            name.append((char) rtf[at++]);
        }
        boolean negative = at < rtf.length && rtf[at] == '-';
        int from = negative ? at + 1 : at;
        int end = from;
        long number = 0;
        while (end < rtf.length && rtf[end] >= '0' && rtf[end] <= '9' && end - from < 10) {
            number = number * 10 + rtf[end++] - '0';
        }
        boolean numbered = end > from;
        if (numbered) {
            at = end;
        }
        if (at < rtf.length && rtf[at] == ' ') {
            at++;
        }
        apply(name.toString(), numbered, (int) (negative ? -number : number));
    }

    private void apply(String name, boolean numbered, int number) {
        boolean wasStarred = starred;
        starred = false;
        String symbol = SYMBOLS.get(name);
        if (symbol != null) {
            text(symbol);
            return;
        }
        switch (name) {
            case "htmlrtf" -> {
                flush();
                state = new State(
                        state.silent(),
                        !numbered || number != 0,
                        state.fonts(),
                        state.tag(),
                        state.skip(),
                        state.font());
            }
            case "htmltag" ->
                state = new State(state.silent(), state.rtfOnly(), false, true, state.skip(), state.font());
            case "fonttbl" -> state = new State(true, state.rtfOnly(), true, false, state.skip(), state.font());
            case "f", "deff" -> {
                flush();
                state = new State(state.silent(), state.rtfOnly(), state.fonts(), state.tag(), state.skip(), number);
            }
            case "fcharset" -> {
                if (state.fonts()) {
                    Integer page = FONT_CODE_PAGES.get(number);
                    if (page != null) {
                        fonts.put(state.font(), CodePages.of(page));
                    }
                }
            }
            case "ansicpg" -> charset = CodePages.of(number);
            case "uc" ->
                state = new State(
                        state.silent(), state.rtfOnly(), state.fonts(), state.tag(), Math.max(0, number), state.font());
            case "u" -> {
                text(String.valueOf((char) number));
                toSkip = state.skip();
            }
            case "bin" -> at = (int) Math.min(rtf.length, (long) at + Math.max(0, number));
            default -> {
                if (wasStarred || NO_TEXT.contains(name)) {
                    flush();
                    state = state.silenced();
                }
            }
        }
    }

    private boolean speaks() {
        return !state.silent() && !state.rtfOnly();
    }

    private void octet(int octet) {
        if (toSkip > 0) {
            toSkip--;
        } else if (speaks()) {
            octets.write(octet);
        }
    }

    private void text(String text) {
        flush();
        if (speaks()) {
            out.append(text);
        }
    }

    private void flush() {
        if (octets.size() > 0) {
            Charset in = state.tag() ? charset : fonts.getOrDefault(state.font(), charset);
            out.append(octets.toString(in));
            octets.reset();
        }
    }
}
