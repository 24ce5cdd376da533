package org.understudy.restore.damage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a message as it was and as it is now whether its damage leaves evidence in its tree, without asking any
 * check. Where several kinds of evidence apply, the first in the order of {@link #of} is given.
 */
final class Oracle {
    private static final int SECTOR = 512;
    private static final int FILL = 64;
    private static final Pattern STATED = Pattern.compile(",([SW])=(\\d+)");
    private static final Pattern FIELD_LINE = Pattern.compile("[!-9;-~]+[ \t]*:.*|From .*|>From .*");
    private static final Pattern RECEIVED = Pattern.compile("(?:^|\\n)Received:", Pattern.CASE_INSENSITIVE);
    private static final Pattern BAD_ESCAPE = Pattern.compile("=(?![0-9A-Fa-f]{2}|[ \t]*\r?(?:\n|$))|[\\x80-\\xff]");
    private static final Pattern NOT_BASE64 = Pattern.compile("[^A-Za-z0-9+/=\\s]");
    private static final Pattern CONTROL = Pattern.compile("[\\x01-\\x08\\x0b\\x0e-\\x1a\\x1c-\\x1f\\x7f]");
    private static final Pattern HIGH = Pattern.compile("[\\x80-\\xff]");
    private static final Pattern PROGRAMS_FIELD = Pattern.compile(
            "(?:^|\\n)(?:Received|Date|Message-ID|References|MIME-Version|Content-Transfer-Encoding|DKIM-Signature"
                    + "|ARC-Message-Signature|ARC-Seal|Return-Path|Delivered-To|Received-SPF|Authentication-Results|List-Id)"
                    + "[ \\t]*:[^\\n]*(?:\\n[ \\t][^\\n]*)*",
            Pattern.CASE_INSENSITIVE);

    private Oracle() {}

    /**
     * @param name of the file, whose sizes count
     * @param other the message of the same tree whose octets may have come in, or null
     */
    static Evidence of(byte[] before, byte[] after, String name, byte @Nullable [] other) {
        if (after.length == 0) {
            return Evidence.EMPTY;
        }
        String was = PlainMime.text(before);
        String is = PlainMime.text(after);
        if (canonical(was).equals(canonical(is))) {
            return Evidence.HARMLESS;
        }
        if (sizeDiffers(is, name)) {
            return Evidence.SIZE;
        }
        int bodyWas = PlainMime.body(was, 0, was.length());
        int bodyIs = PlainMime.body(is, 0, is.length());
        String headerIs = is.substring(0, bodyIs);
        if (PlainDkim.fits(was.substring(0, bodyWas), was.substring(bodyWas))
                && PlainDkim.fits(headerIs, was.substring(bodyWas))
                && !PlainDkim.fits(headerIs, is.substring(bodyIs))) {
            return Evidence.SIGNATURE;
        }
        if (longestFill(after) >= FILL && longestFill(before) < FILL) {
            return Evidence.FILL;
        }
        if (headerHurt(was.substring(0, bodyWas), headerIs)) {
            return Evidence.HEADER;
        }
        if (undecodable(after) && !undecodable(before)) {
            return Evidence.ENCODING;
        }
        if (octetsHurt(before, was.substring(0, bodyWas), after, headerIs)) {
            return Evidence.OCTET;
        }
        if (endsEarly(was, is, headerIs)) {
            return Evidence.END;
        }
        return other != null && holdsSectorOf(before, after, other) ? Evidence.BLOCK : Evidence.NONE;
    }

    private static String canonical(String mail) {
        return mail.replace("\r\n", "\n");
    }

    private static boolean sizeDiffers(String mail, String name) {
        long lf = mail.chars().filter(c -> c == '\n').count();
        long crlf = mail.split("\r\n", -1).length - 1L;
        long virtual = mail.length() + lf - crlf;
        boolean differs = false;
        boolean virtualAgrees = false;
        Matcher stated = STATED.matcher(name);
        while (stated.find()) {
            long size = Long.parseLong(stated.group(2));
            boolean w = stated.group(1).equals("W");
            differs |= size != (w ? virtual : mail.length());
            virtualAgrees |= w && size == virtual;
        }
        return differs && !virtualAgrees;
    }

    /** The longest run of NUL, FF or another control octet but blanks and line ends. */
    private static int longestFill(byte[] mail) {
        int longest = 0;
        int from = 0;
        for (int i = 1; i <= mail.length; i++) {
            if (i == mail.length || mail[i] != mail[from]) {
                byte b = mail[from];
                boolean fill = b == (byte) 0xFF || (b >= 0 && b < ' ' && b != '\n' && b != '\r' && b != '\t');
                longest = Math.max(longest, fill ? i - from : 0);
                from = i;
            }
        }
        return longest;
    }

    private static boolean headerHurt(String was, String is) {
        boolean beginsWell = FIELD_LINE.matcher(was.split("\r?\n", 2)[0]).matches();
        boolean begins = FIELD_LINE.matcher(is.split("\r?\n", 2)[0]).matches();
        if (beginsWell && !begins) {
            return true;
        }
        if (was.endsWith("\n\n") || was.endsWith("\r\n\r\n")) {
            if (!is.endsWith("\n\n") && !is.endsWith("\r\n\r\n")) {
                return true;
            }
        }
        for (String name : List.of("From", "Date")) {
            if (!PlainMime.field(was, name).isEmpty()
                    && PlainMime.field(is, name).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static boolean undecodable(byte[] mail) {
        String text = PlainMime.text(mail);
        for (PlainMime.Leaf leaf : PlainMime.leaves(mail)) {
            String content = text.substring(leaf.from(), leaf.to());
            if (leaf.encoding().equals("base64")) {
                if (NOT_BASE64.matcher(content).find()
                        || content.replaceAll("\\s", "").length() % 4 != 0) {
                    return true;
                }
            } else if (leaf.encoding().equals("quoted-printable")
                    && BAD_ESCAPE.matcher(content).find()) {
                return true;
            }
        }
        return false;
    }

    private static boolean octetsHurt(byte[] before, String headerWas, byte[] after, String headerIs) {
        return forbidden(after, headerIs) && !forbidden(before, headerWas);
    }

    private static boolean forbidden(byte[] mail, String header) {
        if (CONTROL.matcher(header).find()) {
            return true;
        }
        Matcher field = PROGRAMS_FIELD.matcher(header);
        while (field.find()) {
            if (HIGH.matcher(field.group()).find()) {
                return true;
            }
        }
        String text = PlainMime.text(mail);
        for (PlainMime.Leaf leaf : PlainMime.leaves(mail)) {
            if (leaf.encoding().equals("binary")) {
                continue;
            }
            String content = text.substring(leaf.from(), leaf.to());
            String charset = leaf.charset().toLowerCase(Locale.ROOT);
            boolean ascii = leaf.encoding().equals("7bit") || charset.equals("us-ascii");
            if (CONTROL.matcher(content).find()
                    || (ascii && HIGH.matcher(content).find())
                    || (charset.equals("utf-8") && leaf.type().startsWith("text/") && !isUtf8(mail, leaf))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUtf8(byte[] mail, PlainMime.Leaf leaf) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(mail, leaf.from(), leaf.to() - leaf.from()));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean endsEarly(String was, String is, String header) {
        if (was.endsWith("\n") && !is.endsWith("\n") && RECEIVED.matcher(header).find()) {
            return true;
        }
        Matcher boundary = Pattern.compile("boundary=\"?([^\"\\s;]+)").matcher(PlainMime.field(header, "Content-Type"));
        if (!boundary.find()) {
            return false;
        }
        String closing = "\n--" + boundary.group(1) + "--";
        return was.contains(closing) && !is.contains(closing);
    }

    /** Whether a sector that is not as it was equals one of the other message. */
    private static boolean holdsSectorOf(byte[] before, byte[] after, byte[] other) {
        for (int at = 0; at + SECTOR <= after.length; at += SECTOR) {
            byte[] sector = Arrays.copyOfRange(after, at, at + SECTOR);
            if (at + SECTOR <= before.length && Arrays.equals(sector, 0, SECTOR, before, at, at + SECTOR)) {
                continue;
            }
            for (int from = 0; from + SECTOR <= other.length; from += SECTOR) {
                if (Arrays.equals(sector, 0, SECTOR, other, from, from + SECTOR)) {
                    return true;
                }
            }
        }
        return false;
    }
}
