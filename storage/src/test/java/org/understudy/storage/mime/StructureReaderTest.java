package org.understudy.storage.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.understudy.storage.Content;

class StructureReaderTest {
    private static final String NESTED = """
            Date: Sat, 16 Feb 2008 12:00:00 +0000 (GMT)
            From: "Timothy, Tayler" <timothy@example.org>, carla@example.org (Carla)
            To: friends: a@example.org, <@relay.example.org:b@example.org>;
            Subject: outer
             folded
            References: <1@x>
             <2@x>
            Message-ID: <3@x>
            Content-Type: multipart/mixed; boundary="42"

            nobody's
            --42
            Content-Type: text/plain; charset=UTF-8
            Content-Language: en, fr

            first

            --42
            Content-Type: message/rfc822

            Subject: inner
            Content-Type: multipart/alternative; boundary=a

            --a

            plain
            --a
            Content-Type: text/html
            Content-Transfer-Encoding: Quoted-Printable

            <p>
            --a--
            --42
            Content-Type: image/png; name="b\\"c.png"
            Content-Transfer-Encoding: base64
            Content-Disposition: attachment; filename=b.png
            Content-ID: <id@x>

            QUJD
            --42--
            nobody's either
            """.replace("\n", "\r\n");

    @Test
    void envelopeAndStructureAreAsTheyAreSent() {
        MessageStructure read = StructureReader.read(octets(NESTED));
        assertThat(text(read.envelope()))
                .isEqualTo("(\"Sat, 16 Feb 2008 12:00:00 +0000 (GMT)\" \"outer folded\""
                        + " ((\"Timothy, Tayler\" NIL \"timothy\" \"example.org\")"
                        + "(\"Carla\" NIL \"carla\" \"example.org\"))"
                        + " ((\"Timothy, Tayler\" NIL \"timothy\" \"example.org\")"
                        + "(\"Carla\" NIL \"carla\" \"example.org\"))"
                        + " ((\"Timothy, Tayler\" NIL \"timothy\" \"example.org\")"
                        + "(\"Carla\" NIL \"carla\" \"example.org\"))"
                        + " ((NIL NIL \"friends\" NIL)(NIL NIL \"a\" \"example.org\")"
                        + "(NIL \"@relay.example.org\" \"b\" \"example.org\")(NIL NIL NIL NIL))"
                        + " NIL NIL NIL \"<3@x>\")");
        assertThat(text(read.bodyStructure()))
                .isEqualTo(
                        "((\"TEXT\" \"PLAIN\" (\"charset\" \"UTF-8\") NIL NIL \"7BIT\" 7 1 NIL NIL (\"en\" \"fr\") NIL)"
                                + "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 168"
                                + " (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL)"
                                + " ((\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 5 0 NIL NIL NIL NIL)"
                                + "(\"TEXT\" \"HTML\" (\"charset\" \"us-ascii\") NIL NIL \"QUOTED-PRINTABLE\" 3 0 NIL NIL NIL NIL)"
                                + " \"ALTERNATIVE\" (\"boundary\" \"a\") NIL NIL NIL) 11 NIL NIL NIL NIL)"
                                + "(\"IMAGE\" \"PNG\" (\"name\" \"b\\\"c.png\") \"<id@x>\" NIL \"BASE64\" 4 NIL"
                                + " (\"attachment\" (\"filename\" \"b.png\")) NIL NIL)"
                                + " \"MIXED\" (\"boundary\" \"42\") NIL NIL NIL)");
        assertThat(read.sentDate()).isEqualTo(Instant.parse("2008-02-16T12:00:00Z"));
        assertThat(text(read.references())).isEqualTo("<1@x> <2@x>");
    }

    @Test
    void bodyIsTheStructureWithoutExtensions() {
        assertThat(text(PlainBody.of(StructureReader.read(octets(NESTED)).bodyStructure(), 0)))
                .isEqualTo("((\"TEXT\" \"PLAIN\" (\"charset\" \"UTF-8\") NIL NIL \"7BIT\" 7 1)"
                        + "(\"MESSAGE\" \"RFC822\" NIL NIL NIL \"7BIT\" 168"
                        + " (NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL)"
                        + " ((\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 5 0)"
                        + "(\"TEXT\" \"HTML\" (\"charset\" \"us-ascii\") NIL NIL \"QUOTED-PRINTABLE\" 3 0)"
                        + " \"ALTERNATIVE\") 11)"
                        + "(\"IMAGE\" \"PNG\" (\"name\" \"b\\\"c.png\") \"<id@x>\" NIL \"BASE64\" 4) \"MIXED\")");
    }

    @Test
    void partsLieWhereTheirNumbersSay() {
        Part root = StructureReader.read(octets(NESTED)).root();
        assertThat(body(root.find(new int[] {1}))).isEqualTo("first\r\n");
        assertThat(body(root.find(new int[] {2, 1}))).isEqualTo("plain");
        assertThat(body(root.find(new int[] {2, 2}))).isEqualTo("<p>");
        assertThat(body(root.find(new int[] {3}))).isEqualTo("QUJD");
        assertThat(root.find(new int[] {4})).isNull();
        assertThat(root.find(new int[] {1, 1})).isNull();
        assertThat(root.find(new int[] {2, 3})).isNull();
    }

    private static String body(Part part) {
        return NESTED.substring((int) part.bodyStart(), (int) part.end());
    }

    @Test
    void aStreamGivesWhatMemoryGives() throws IOException {
        String large = NESTED.replace("first\r\n", "x".repeat(200_000) + "\r\n" + "y\r\n".repeat(50_000));
        byte[] octets = octets(large);
        MessageStructure inMemory = StructureReader.read(octets);
        MessageStructure streamed = StructureReader.read(new Content() {
            @Override
            public long size() {
                return octets.length;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(octets) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, Math.min(length, 4_097));
                    }
                };
            }
        });
        assertThat(text(streamed.bodyStructure()))
                .isEqualTo(text(inMemory.bodyStructure()))
                .contains("50001");
        assertThat(streamed.root()).isEqualTo(inMemory.root());
    }

    @Test
    void bareLineFeedsAndMissingEndsAreReadAsTheyLie() {
        MessageStructure read =
                StructureReader.read(octets(NESTED.replace("\r\n", "\n").replace("--42--\n", "")));
        assertThat(text(read.bodyStructure())).contains("\"IMAGE\" \"PNG\"");
        assertThat(read.root().children()).hasSize(3);
    }

    @Test
    void eightBitHeadersAreLiteralsOfTheirOctets() {
        byte[] message = "Subject: Grüße\r\n\r\n".getBytes(StandardCharsets.UTF_8);
        assertThat(new String(StructureReader.read(message).envelope(), StandardCharsets.UTF_8))
                .isEqualTo("(NIL {7}\r\nGrüße NIL NIL NIL NIL NIL NIL NIL NIL)");
    }

    @Test
    void aMultipartWithoutBoundaryOrPartsIsStillAnswered() {
        assertThat(structure("Content-Type: multipart/mixed\r\n\r\nx\r\n"))
                .isEqualTo("(\"TEXT\" \"PLAIN\" (\"charset\" \"us-ascii\") NIL NIL \"7BIT\" 3 1 NIL NIL NIL NIL)");
        assertThat(structure("Content-Type: multipart/mixed; boundary=b\r\n\r\nx\r\n"))
                .startsWith("((\"TEXT\" \"PLAIN\" ")
                .endsWith(" \"MIXED\" (\"boundary\" \"b\") NIL NIL NIL)");
        assertThat(structure(
                        "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdA==\r\n"))
                .startsWith("(\"APPLICATION\" \"OCTET-STREAM\" ");
        assertThat(structure("")).startsWith("(\"TEXT\" \"PLAIN\"");
    }

    @Test
    void depthIsBounded() {
        StringBuilder message = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            message.append("Content-Type: message/rfc822\r\n\r\n");
        }
        assertThat(structure(message.toString())).contains("OCTET-STREAM");
    }

    private static String structure(String message) {
        return text(StructureReader.read(octets(message)).bodyStructure());
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
