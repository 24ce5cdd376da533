package org.understudy.restore.source;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.understudy.restore.source.archive.ArchiveSource;
import org.understudy.restore.source.cyrus.CyrusSource;
import org.understudy.restore.source.dbox.DboxSource;
import org.understudy.restore.source.eml.EmlSource;
import org.understudy.restore.source.exported.ExportedTree;
import org.understudy.restore.source.imap.SpoolSource;
import org.understudy.restore.source.jameszip.JamesZipSource;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.source.mbox.MboxSource;
import org.understudy.restore.source.pst.PstSource;
import org.understudy.restore.source.zimbra.ZimbraSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Opens what an operator names as a source, whatever its format. */
public final class Sources {
    /** Opens a place if it holds one format. */
    private interface Finder {
        Optional<? extends BackupSource> find(Path location, SourceOptions options) throws IOException;
    }

    /** The surest signs first. */
    private static final List<Finder> FILES = List.of(
            SpoolSource::find,
            JamesZipSource::find,
            (location, options) -> ArchiveSource.find(location, options, Sources::open),
            PstSource::find,
            MboxSource::find);

    private static final List<Finder> DIRECTORIES = List.of(
            SpoolSource::find,
            Sources::exported,
            DboxSource::find,
            MaildirSource::find,
            PstSource::find,
            JamesZipSource::find,
            CyrusSource::find,
            ZimbraSource::find,
            EmlSource::find,
            MboxSource::find,
            EmlSource::findByContent);

    private static final Pattern ACCOUNT = Pattern.compile("(^|/)imaps?:/");

    private Sources() {}

    /** Everything in the source, under its own user names. */
    public static BackupSource open(Path location) {
        return open(location, SourceOptions.ALL);
    }

    /** @throws OperatorException with the reason {@code SOURCE} if this is none that can be read, saying what it is */
    public static BackupSource open(Path location, SourceOptions options) {
        if (!Files.exists(location)) {
            if (ACCOUNT.matcher(location.toString()).find()) {
                throw new OperatorException(
                        Reason.USAGE,
                        "an IMAP account cannot be named here: its mail is fetched by a command, which can ask for the"
                                + " password",
                        "Run 'understudy inspect imaps://...' first; it says into which file the account was fetched, and"
                                + " that can be named as a source.");
            }
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
        Optional<? extends BackupSource> found = first(FILES, location, options);
        if (found.isEmpty()) {
            throw FileKind.of(location).refusal(location);
        }
        return found.get();
    }

    private static BackupSource directory(Path location, SourceOptions options) throws IOException {
        Optional<? extends BackupSource> found = first(DIRECTORIES, location, options);
        if (found.isEmpty()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    location
                            + " holds no Maildir (a directory with cur, new and tmp), no message files (*.eml), no mbox"
                            + " file (a line in it begins with 'From ' and names a sender and a time), and nothing else"
                            + " that can be restored from (docs/sources.md)",
                    "Name the directory that holds the users' mail, one Maildir, one mbox file, or an archive of such.");
        }
        return found.get();
    }

    private static Optional<? extends BackupSource> first(List<Finder> finders, Path location, SourceOptions options)
            throws IOException {
        for (Finder finder : finders) {
            Optional<? extends BackupSource> found = finder.find(location, options);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /** An export of ours says what it is, so that no mailbox's name makes it look like something else. */
    private static Optional<? extends BackupSource> exported(Path location, SourceOptions options) throws IOException {
        Optional<ExportedTree> tree = ExportedTree.find(location);
        return switch (tree.map(ExportedTree::kind).orElse("")) {
            case "maildir" -> MaildirSource.find(location, options);
            case "eml" -> EmlSource.find(location, options);
            case "mbox" -> MboxSource.find(location, options);
            default -> Optional.empty();
        };
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }
}
