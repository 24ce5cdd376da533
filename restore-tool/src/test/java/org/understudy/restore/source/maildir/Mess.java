package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Maildirs in which everything that can lie about does. */
final class Mess {
    private Mess() {}

    static void layOut(Path root) throws IOException, InterruptedException {
        MaildirBuilder ana = MaildirBuilder.at(root.resolve("ana/Maildir"))
                .message("cur/1700000001.M1P1.host,S=1:2,S")
                .message("cur/1700000002.M1P1.host:2,FRSa")
                .message("cur/1700000002.M1P1.host:2,FRS")
                .message("cur/no-flags-and-no-uid")
                .message("new/1700000003.M1P1.host")
                .message("tmp/1700000004.M1P1.host")
                .message("cur/directory/1700000005.M1P1.host:2,")
                .message("1700000006.M1P1.host:2,S")
                .file("cur/1700000007.M1P1.host,S=312:2,S", "")
                .file("cur/.1700000008.M1P1.host:2,S.aB3dE9", "Return-Path")
                .file("cur/.DS_Store", "x")
                .file("dovecot-uidlist", """
                        3 V1700000000 N9 G0123456789abcdef0123456789abcdef
                        1 W500 :1700000001.M1P1.host,S=1
                        2 :1700000002.M1P1.host
                        5 :1699999999.M1P1.host
                        """)
                .file("dovecot-keywords", "0 $Label1\n")
                .file("dovecot.index.log", "\1\2")
                .file("subscriptions", "Sent\n")
                .folder(".Sent")
                .message(".Sent/cur/1700000010.M1P1.host:2,S")
                .file(".Sent/maildirfolder", "")
                .file("sieve/rules.sieve", "keep;");
        ana.link("cur/1700000011.M1P1.host:2,S", Path.of("/etc/hostname"));
        ana.link("cur/1700000012.M1P1.host:2,S", Path.of("1700000002.M1P1.host:2,FRS"));
        ana.link("cur/1700000013.M1P1.host:2,S", Path.of("nowhere"));
        ana.link(".Shared", Path.of("/etc"));
        if (new ProcessBuilder(
                                "mkfifo",
                                ana.home().resolve("cur/1700000014.pipe:2,").toString())
                        .inheritIO()
                        .start()
                        .waitFor()
                != 0) {
            throw new IOException("mkfifo failed");
        }
        socket(ana.home().resolve("new/s"));
        MaildirBuilder.at(root.resolve("ben/Maildir"))
                .message("cur/1700000001.M1P1.host:2,")
                .message("Work/Old.Stuff/cur/1700000002.M1P1.host:2,T")
                .folder("Work/Old.Stuff")
                .message("Work/notes.txt", "no mail");
        MaildirBuilder.at(root.resolve("ben/Maildir").resolve("Work/Old_Stuff")).message("cur/1700000001.x:2,S");
        Files.writeString(root.resolve("README"), "a backup");
        Files.writeString(root.resolve("saved.eml"), "Subject: saved by hand\n\ntext\n");
    }

    /** A socket's path is limited to 108 octets, so it is bound elsewhere and moved. */
    private static void socket(Path at) throws IOException {
        Path directory = Files.createTempDirectory("s");
        Path bound = directory.resolve("s");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(bound));
            new ProcessBuilder("mv", bound.toString(), at.toString())
                    .inheritIO()
                    .start()
                    .onExit()
                    .join();
        }
        Files.delete(directory);
        if (!Files.exists(at)) {
            throw new IOException("no socket at " + at);
        }
    }

    /** Relative paths of all that is no directory. */
    static List<String> files(Path root) throws IOException {
        try (Stream<Path> paths = Files.walk(root)) {
            return paths.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .map(path -> root.relativize(path).toString())
                    .toList();
        }
    }
}
