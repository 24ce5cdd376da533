package org.understudy.restore.source;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.understudy.restore.source.archive.ArchiveSource;
import org.understudy.restore.source.cyrus.CyrusSource;
import org.understudy.restore.source.eml.EmlSource;
import org.understudy.restore.source.jameszip.JamesZipSource;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.source.mbox.MboxSource;
import org.understudy.restore.source.pst.PstSource;
import org.understudy.restore.source.zimbra.ZimbraSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Opens what an operator names as a source, whatever its format. */
public final class Sources {
    private Sources() {}

    /** Everything in the source, under its own user names. */
    public static BackupSource open(Path location) {
        return open(location, SourceOptions.ALL);
    }

    /** @throws OperatorException with the reason {@code SOURCE} if this is none that can be read, saying what it is */
    public static BackupSource open(Path location, SourceOptions options) {
        if (!Files.exists(location)) {
            throw new OperatorException(
                    Reason.SOURCE,
                    Files.isSymbolicLink(location)
                            ? location + " is a symbolic link to something that does not exist"
                            : "there is no file or directory " + location.toAbsolutePath(),
                    "Check the spelling, and whether the disk that holds the backup is mounted.");
        }
        try {
            if (!Files.isDirectory(location)) {
                return file(location, options);
            }
            if (isEmpty(location)) {
                throw new OperatorException(
                        Reason.SOURCE,
                        location + " is an empty directory",
                        "Check that the backup was unpacked here, and that the disk that holds it is mounted.");
            }
            return directory(location, options);
        } catch (AccessDeniedException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    location + " cannot be read: permission denied",
                    "Run as a user who may read it, for example the one that the mail server runs as, or root.",
                    e);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.SOURCE,
                    location + " cannot be read: " + e.getMessage(),
                    "Check the disk and the mount; 'dmesg' shows what the system says of them.",
                    e);
        }
    }

    private static BackupSource file(Path location, SourceOptions options) throws IOException {
        if (!Files.isRegularFile(location)) {
            throw FileKind.of(location).refusal(location);
        }
        Optional<JamesZipSource> accounts = JamesZipSource.find(location, options);
        if (accounts.isPresent()) {
            return accounts.get();
        }
        Optional<BackupSource> archive = ArchiveSource.find(location, options, Sources::open);
        if (archive.isPresent()) {
            return archive.get();
        }
        Optional<PstSource> outlook = PstSource.find(location, options);
        if (outlook.isPresent()) {
            return outlook.get();
        }
        Optional<MboxSource> mbox = MboxSource.find(location, options);
        if (mbox.isEmpty()) {
            throw FileKind.of(location).refusal(location);
        }
        return mbox.get();
    }

    private static BackupSource directory(Path location, SourceOptions options) throws IOException {
        Optional<MaildirSource> maildirs = MaildirSource.find(location, options);
        if (maildirs.isPresent()) {
            return maildirs.get();
        }
        Optional<PstSource> outlook = PstSource.find(location, options);
        if (outlook.isPresent()) {
            return outlook.get();
        }
        Optional<JamesZipSource> accounts = JamesZipSource.find(location, options);
        if (accounts.isPresent()) {
            return accounts.get();
        }
        Optional<CyrusSource> cyrus = CyrusSource.find(location, options);
        if (cyrus.isPresent()) {
            return cyrus.get();
        }
        Optional<ZimbraSource> zimbra = ZimbraSource.find(location, options);
        if (zimbra.isPresent()) {
            return zimbra.get();
        }
        Optional<EmlSource> messages = EmlSource.find(location, options);
        if (messages.isPresent()) {
            return messages.get();
        }
        Optional<MboxSource> mboxes = MboxSource.find(location, options);
        if (mboxes.isPresent()) {
            return mboxes.get();
        }
        return EmlSource.findByContent(location, options).orElseThrow(() -> nothing(location));
    }

    private static OperatorException nothing(Path location) {
        return new OperatorException(
                Reason.SOURCE,
                location
                        + " holds no Maildir (a directory with cur, new and tmp), no message files (*.eml), no mbox file"
                        + " (a line in it begins with 'From ' and names a sender and a time), no spool of Cyrus"
                        + " (cyrus.index), no Outlook data file and no archive of James's or Zimbra's",
                "Name the directory that holds the users' mail, one Maildir, one mbox file, or an archive of such.");
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
