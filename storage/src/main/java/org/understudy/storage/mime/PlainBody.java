package org.understudy.storage.mime;

/** Makes BODY, without extension data, of BODYSTRUCTURE as {@link StructureReader} writes it (RFC 9051 section 7.5.2). */
public final class PlainBody {
    private static final int BASIC_FIELDS = 7;

    private final byte[] in;
    private final Octets out;
    private int at;

    private PlainBody(byte[] in, int from) {
        this.in = in;
        this.out = new Octets(in.length - from);
        this.at = from;
    }

    /** @throws IndexOutOfBoundsException or {@link IllegalArgumentException} if it is no BODYSTRUCTURE */
    public static byte[] of(byte[] octets, int from) {
        PlainBody body = new PlainBody(octets, from);
        body.body();
        return body.out.done();
    }

    private void body() {
        expect('(');
        if (in[at] == '(') {
            while (in[at] == '(') {
                body();
            }
            copySpaceAndItem();
        } else {
            int type = at;
            copyItem();
            int subType = at;
            for (int i = 1; i < BASIC_FIELDS; i++) {
                copySpaceAndItem();
            }
            if (isString(type, "\"TEXT\"")) {
                copySpaceAndItem();
            } else if (isString(type, "\"MESSAGE\"") && isEmbedded(subType)) {
                copySpaceAndItem();
                expect(' ');
                body();
                copySpaceAndItem();
            }
        }
        while (in[at] != ')') {
            skipItem();
        }
        expect(')');
    }

    private boolean isEmbedded(int at) {
        return isString(at, " \"RFC822\"") || isString(at, " \"GLOBAL\"");
    }

    private boolean isString(int from, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (in[from + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void expect(char octet) {
        if (in[at] != octet) {
            throw new IllegalArgumentException("no body structure: '" + octet + "' expected at octet " + at);
        }
        out.octet(octet);
        at++;
    }

    private void copySpaceAndItem() {
        expect(' ');
        copyItem();
    }

    private void copyItem() {
        int from = at;
        skipItem();
        out.raw(in, from, at);
    }

    /** Passes over a list, string, literal, number, NIL or blank. */
    private void skipItem() {
        switch (in[at]) {
            case '(' -> {
                at++;
                while (in[at] != ')') {
                    skipItem();
                }
                at++;
            }
            case '"' -> {
                for (at++; in[at] != '"'; at++) {
                    if (in[at] == '\\') {
                        at++;
                    }
                }
                at++;
            }
            case '{' -> {
                int length = 0;
                for (at++; in[at] != '}'; at++) {
                    length = length * 10 + in[at] - '0';
                }
                at += 3 + length;
            }
            case ' ' -> at++;
            default -> {
                while (in[at] != ' ' && in[at] != ')' && in[at] != '(') {
                    at++;
                }
            }
        }
    }
}
