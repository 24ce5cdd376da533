package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sources made by somebody who means harm, staged and validated from end to end by a process with a heap of 128 MB: they
 * neither lead outside, nor hang, nor exhaust memory or disk, and what is refused is named.
 */
final class HostileSourcesTest {
    private static final long MINUTES = 5;
    private static final String HEADER =
            "From: a@example.org\r\nDate: Mon, 5 Feb 2024 10:00:00 +0000\r\nSubject: x\r\n";

    @TempDir
    Path folder;

    /** Writes an entry's octets. */
    private interface Body {
        void to(OutputStream out) throws IOException;
    }

    @Test
    void messagesMadeToExhaustAreStagedAndValidated() throws Exception {
        Path root = Files.createDirectories(folder.resolve("joe/Maildir/cur"));
        Files.createDirectories(root.resolveSibling("new"));
        Files.createDirectories(root.resolveSibling("tmp"));
        write(root.resolve("1.parts.h:2,"), HostileSourcesTest::manyParts);
        write(root.resolve("2.deep.h:2,"), HostileSourcesTest::deep);
        write(root.resolve("3.header.h:2,"), HostileSourcesTest::longHeader);
        write(root.resolve("4.fields.h:2,"), HostileSourcesTest::manyFields);
        write(root.resolve("5.line.h:2,"), HostileSourcesTest::longLine);
        write(root.resolve("6.boundary.h:2,"), HostileSourcesTest::manyBoundaries);
        write(root.resolve("7.sound.h:2,"), out -> text(out, HEADER + "\r\nsound\r\n"));
        String said = run(folder.resolve("joe"));
        assertThat(said).contains("STAGED 7 items: 7 replayed, 0 duplicate, 0 unreadable, 0 ignored");
    }

    @Test
    void anArchiveOfZerosIsEndedAndNamed() throws Exception {
        Path archive = folder.resolve("joe.tar.gz");
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        TarArchiveOutputStream tar = new TarArchiveOutputStream(head);
        entry(tar, "joe/cur/1.sound.h:2,", HEADER + "\r\nsound\r\n");
        TarArchiveEntry bomb = new TarArchiveEntry("joe/cur/2.bomb.h:2,");
        bomb.setSize(10_000L << 20);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.putArchiveEntry(bomb);
        tar.flush();
        byte[] zeros = gzip(new byte[10 << 20]);
        try (OutputStream out = Files.newOutputStream(archive)) {
            out.write(gzip(head.toByteArray()));
            for (int i = 0; i < 1000; i++) {
                out.write(zeros);
            }
        }
        String said = run(archive);
        assertThat(said)
                .contains("STAGED 3 items: 1 replayed, 0 duplicate, 2 unreadable, 0 ignored")
                .contains("more than 200 times its own size");
    }

    @Test
    void aZipOfZerosIsEndedAndNamed() throws Exception {
        Path archive = folder.resolve("joe.zip");
        byte[] zeros = new byte[1 << 20];
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            zip.putArchiveEntry(new ZipArchiveEntry("Inbox/1.eml"));
            text(zip, HEADER + "\r\nsound\r\n");
            zip.closeArchiveEntry();
            zip.putArchiveEntry(new ZipArchiveEntry("Inbox/2.eml"));
            for (int i = 0; i < 500; i++) {
                zip.write(zeros);
            }
            zip.closeArchiveEntry();
        }
        String said = run(archive);
        assertThat(said)
                .contains("STAGED 2 items: 1 replayed, 0 duplicate, 1 unreadable, 0 ignored")
                .contains("more than 200 times its own size");
    }

    @Test
    void nothingLeadsOutsideAndEachAttemptIsNamed() throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), "not yours");
        Path archive = folder.resolve("joe.tar");
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(archive))) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            entry(tar, "joe/cur/1.sound.h:2,", HEADER + "\r\nsound\r\n");
            entry(tar, "../../escaped.eml", HEADER);
            entry(tar, "joe/cur/../../../../escaped.eml", HEADER);
            entry(tar, "/tmp/escaped-absolutely.eml", HEADER);
            link(tar, "joe/cur/2.link.h:2,", secret.toString(), TarConstants.LF_SYMLINK);
            link(tar, "joe/cur/3.hard.h:2,", secret.toString(), TarConstants.LF_LINK);
            link(tar, "joe/new", folder.toString(), TarConstants.LF_SYMLINK);
            entry(tar, "joe/new/4.through.h:2,", HEADER + "\r\nthrough a link\r\n");
        }
        String said = run(archive);
        assertThat(said)
                .contains("LEFT archive entry ../../escaped.eml: its path leads out of the archive")
                .contains("LEFT archive entry joe/cur/../../../../escaped.eml")
                .contains("LEFT archive entry /tmp/escaped-absolutely.eml")
                .contains("LEFT archive entry joe/cur/2.link.h:2,: is a symbolic link")
                .contains("LEFT archive entry joe/cur/3.hard.h:2,: is a hard link")
                .contains("LEFT archive entry joe/new: is a symbolic link")
                .contains("STAGED 8 items: 2 replayed, 0 duplicate, 6 unreadable, 0 ignored");
        assertThat(folder.resolve("4.through.h:2,")).doesNotExist();
        assertThat(Path.of("/tmp/escaped-absolutely.eml")).doesNotExist();
        try (Stream<Path> all = Files.walk(folder)) {
            assertThat(all.map(path -> path.getFileName().toString())).doesNotContain("escaped.eml");
        }
    }

    private static void manyParts(OutputStream out) throws IOException {
        text(out, HEADER + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (int i = 0; i < 100_000; i++) {
            text(out, "--b\r\nContent-Type: text/plain\r\n\r\npart\r\n");
        }
        text(out, "--b--\r\n");
    }

    private static void deep(OutputStream out) throws IOException {
        text(out, HEADER + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n");
        for (int i = 0; i < 1000; i++) {
            text(out, "--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n".formatted(i, i + 1));
        }
        text(out, "--b1000\r\n\r\ninnermost\r\n");
        for (int i = 1000; i >= 0; i--) {
            text(out, "--b%d--\r\n".formatted(i));
        }
    }

    private static void longHeader(OutputStream out) throws IOException {
        text(out, HEADER + "X-Long: ");
        for (int i = 0; i < 10 << 20; i += 64) {
            text(out, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\r\n\t".substring(0, 64));
        }
        text(out, "\r\n\r\nbody\r\n");
    }

    private static void manyFields(OutputStream out) throws IOException {
        text(out, HEADER);
        for (int i = 0; i < 300_000; i++) {
            text(out, "Received: from a by b with c id %08d; Mon, 5 Feb 2024\r\n".formatted(i));
        }
        text(out, "\r\nbody\r\n");
    }

    private static void longLine(OutputStream out) throws IOException {
        text(out, HEADER + "\r\n");
        byte[] line = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 64; i++) {
            out.write(line);
        }
        text(out, "\r\n");
    }

    private static void manyBoundaries(OutputStream out) throws IOException {
        text(
                out,
                HEADER + "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"" + "b".repeat(900_000)
                        + "\"\r\n\r\n");
        for (int i = 0; i < 100_000; i++) {
            text(out, "--" + "b".repeat(60) + "\r\n");
        }
    }

    private static void text(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void write(Path file, Body body) throws IOException {
        try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(file))) {
            body.to(out);
        }
    }

    private static void entry(TarArchiveOutputStream tar, String name, String text) throws IOException {
        TarArchiveEntry header = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
        byte[] content = text.getBytes(StandardCharsets.ISO_8859_1);
        header.setSize(content.length);
        tar.putArchiveEntry(header);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String target, byte kind) throws IOException {
        TarArchiveEntry header = new TarArchiveEntry(name, kind);
        header.setLinkName(target);
        tar.putArchiveEntry(header);
        tar.closeArchiveEntry();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        }
        return packed.toByteArray();
    }

    /** What the process said; it must have come to its end, in time. */
    private String run(Path source) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp-of-child")),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileChild.class.getName(),
                        folder.resolve("data").toString(),
                        source.toString()))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(MINUTES, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        String said = Files.readString(output, StandardCharsets.ISO_8859_1);
        assertThat(ended).as("ended within %d minutes: %s", MINUTES, said).isTrue();
        assertThat(said).contains("DONE");
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
