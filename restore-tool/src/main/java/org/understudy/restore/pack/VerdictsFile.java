package org.understudy.restore.pack;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;

/**
 * The verdicts of a restore as JSON lines: from its shadow while that is there, and from {@value #NAME} in the restore's
 * folder after the shadow was deleted. That file is in gzip (RFC 1952), whose CRC-32 tells damage; the lines are those of
 * docs/evidence-pack.md.
 */
public final class VerdictsFile {
    static final String NAME = "verdicts-v1.jsonl.gz";

    private VerdictsFile() {}

    /** Keeps the verdicts of a restore whose shadow is about to be deleted; does nothing where they are kept already. */
    public static void keep(JobFolder folder, Path shadows, Clock clock) {
        Path file = folder.path().resolve(NAME);
        Path partial = folder.path().resolve(NAME + ".partial");
        if (Files.exists(file)) {
            return;
        }
        try (ShadowStore shadow = ShadowStore.openExisting(shadows, folder.job().id(), clock)) {
            try (OutputStream out = new GZIPOutputStream(
                    new BufferedOutputStream(new FileOutputStream(partial.toFile()), 1 << 16), 1 << 16)) {
                write(shadow, out, Progress.SILENT);
            }
            try (FileChannel written = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }

    /**
     * Writes all lines.
     *
     * @return how many
     */
    static long write(JobFolder folder, Path shadows, Clock clock, OutputStream out, Progress progress)
            throws IOException {
        Path kept = folder.path().resolve(NAME);
        if (!Files.exists(kept)) {
            try (ShadowStore shadow =
                    ShadowStore.openExisting(shadows, folder.job().id(), clock)) {
                return write(shadow, out, progress);
            }
        }
        long lines = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = new GZIPInputStream(Files.newInputStream(kept), 1 << 16)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(buffer, 0, read);
                for (int i = 0; i < read; i++) {
                    lines += buffer[i] == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    private static long write(ShadowStore shadow, OutputStream out, Progress progress) throws IOException {
        long rows = 0;
        progress.begin("packing verdicts", shadow.totals().replayed(), "messages");
        for (ShadowMailbox mailbox : shadow.mailboxes()) {
            List<VerdictRow> ofMailbox = new ArrayList<>();
            shadow.evidence(mailbox.id(), (uid, evidence) -> ofMailbox.add(VerdictRow.of(mailbox, uid, evidence)));
            for (VerdictRow row : ofMailbox) {
                line(out, row);
            }
            rows += ofMailbox.size();
            progress.advance(rows, 0);
        }
        for (ItemOutcome outcome : shadow.outcomes()) {
            if (outcome.bin() == ItemOutcome.Bin.UNREADABLE) {
                line(out, VerdictRow.unreadable(outcome));
                rows++;
            }
        }
        return rows;
    }

    private static void line(OutputStream out, VerdictRow row) throws IOException {
        JsonGenerator json = RestoreJson.mapper().createGenerator(out).disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
        RestoreJson.mapper().writeValue(json, row);
        out.write('\n');
    }
}
