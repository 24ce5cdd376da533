package org.understudy.restore.source.maildir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/** Lays out Maildirs for tests. */
public final class MaildirBuilder {
    private static final Instant FIRST = Instant.parse("2026-01-05T08:00:00Z");

    private final Path home;
    private int messages;

    private MaildirBuilder(Path home) {
        this.home = home;
    }

    /** A Maildir with an empty INBOX at {@code home}. */
    public static MaildirBuilder at(Path home) {
        return new MaildirBuilder(home).folder("");
    }

    public Path home() {
        return home;
    }

    /** A mailbox directory below the Maildir, for example {@code .Sent}; empty for INBOX. */
    public MaildirBuilder folder(String directory) {
        return run(() -> {
            for (String part : new String[] {"cur", "new", "tmp"}) {
                Files.createDirectories(home.resolve(directory).resolve(part));
            }
        });
    }

    /** A sound message of its own text, one day after the one before. */
    public MaildirBuilder message(String path) {
        messages++;
        return message(path, text(messages, FIRST.plusSeconds(86_400L * messages)));
    }

    /** A file with the given text and the next day's time. */
    public MaildirBuilder message(String path, String text) {
        return message(path, text.getBytes(StandardCharsets.UTF_8), FIRST.plusSeconds(86_400L * messages));
    }

    public MaildirBuilder message(String path, byte[] bytes, Instant modified) {
        return run(() -> {
            Path file = home.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, bytes);
            Files.setLastModifiedTime(file, FileTime.from(modified));
        });
    }

    /** Any other file. */
    public MaildirBuilder file(String path, String text) {
        return run(() -> {
            Path file = home.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text, StandardCharsets.UTF_8);
        });
    }

    /** A symbolic link. */
    public MaildirBuilder link(String path, Path target) {
        return run(() -> Files.createSymbolicLink(home.resolve(path), target));
    }

    /** A small message with LF line ends, as Dovecot stores it. */
    public static String text(int n, Instant date) {
        String when =
                java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(java.time.ZoneOffset.UTC));
        return """
                Return-Path: <ana@example.org>
                Date: %s
                From: Ana Dal <ana@example.org>
                To: Ben Oke <ben@example.org>
                Message-ID: <note-%d@example.org>
                Subject: Note %d
                MIME-Version: 1.0
                Content-Type: text/plain; charset=us-ascii

                This is note number %d.

                Ana
                """.formatted(when, n, n, n);
    }

    private interface Step {
        void run() throws IOException;
    }

    private MaildirBuilder run(Step step) {
        try {
            step.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
