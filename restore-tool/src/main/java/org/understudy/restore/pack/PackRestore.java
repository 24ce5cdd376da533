package org.understudy.restore.pack;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.SignedManifest;
import org.understudy.restore.repository.Signer;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.pack}: packs all evidence of a restore into one signed archive. Changes nothing of the restore. */
public final class PackRestore implements Operation<PackRestore.Request, PackRestore.Result> {
    /** As the snapshot source names its location. */
    private static final String SNAPSHOT = "snapshot:";

    /** @param file absolute path of the archive, which is replaced if it is there */
    public record Request(String id, String file) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            file = Objects.requireNonNullElse(file, "");
        }
    }

    /**
     * @param files in the archive
     * @param verdicts lines of {@code verdicts.jsonl}
     * @param sha256 of the archive
     * @param keyId of the key that signed it
     */
    public record Result(String id, String file, long bytes, String sha256, int files, long verdicts, String keyId) {}

    @Override
    public String name() {
        return "restore.pack";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Path target = Path.of(request.file()).toAbsolutePath();
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), Steps.UNWATCHED)) {
            RestoreJob job = folder.job();
            String report = folder.read("report.json").orElseThrow(() -> unvalidated(job));
            Signer signer = Signer.of(workplace.keys());
            try (PackFiles files = PackFiles.in(folder.path().resolve("pack"))) {
                files.addResource("README.txt");
                files.addResource("verify.sh");
                files.addText("public-key.pem", signer.publicKey());
                files.addText("report.json", report);
                copy(folder, "job.json", files, "job.json");
                copy(folder, "log", files, "log.txt");
                List<PackContents.Attempt> attempts = attempts(folder, job, files);
                manifests(job, workplace, files);
                long verdicts = verdicts(folder, workplace, files, progress);
                files.addText(
                        "pack.json",
                        RestoreJson.write(new PackContents(
                                        PackContents.FORMAT,
                                        PackContents.VERSION,
                                        job.id(),
                                        job.state().word(),
                                        job.source().kind(),
                                        job.source().location(),
                                        signer.keyId(),
                                        attempts))
                                + "\n");
                files.seal(signer);
                write(target, out -> files.pack("evidence-" + job.id(), out));
                byte[] archive = OnDisk.read(target).orElseThrow();
                return new Result(
                        job.id(),
                        target.toString(),
                        archive.length,
                        org.understudy.storage.keyspace.Digest.of(org.understudy.storage.keyspace.Digest.sha256()
                                        .digest(archive))
                                .toString(),
                        files.count(),
                        verdicts,
                        signer.keyId());
            } catch (IOException e) {
                throw OnDisk.failure("cannot pack the evidence of " + job.id(), e);
            }
        }
    }

    private static OperatorException unvalidated(RestoreJob job) {
        return new OperatorException(
                Reason.CONFLICT,
                "restore " + job.id() + " is " + job.state().word() + " and has no verdicts to pack yet",
                "Run 'understudy restore validate " + job.id() + "' first.");
    }

    /** Plans, approvals, receipts, proofs and undo reports of all attempts. */
    private static List<PackContents.Attempt> attempts(JobFolder folder, RestoreJob job, PackFiles files)
            throws IOException {
        List<PackContents.Attempt> attempts = new ArrayList<>();
        for (int attempt = 1; attempt <= job.attempt(); attempt++) {
            String plan = "plan-" + attempt + ".json";
            boolean merged = false;
            boolean undone = false;
            Optional<String> kept = folder.read(plan);
            if (kept.isPresent()) {
                copy(folder, "approvals-" + attempt + ".json", files, "approvals-" + attempt + ".json");
                merged = copy(folder, "receipt-" + attempt + ".json", files, "receipt-" + attempt + ".json");
                undone = copy(folder, "undo-" + attempt + ".json", files, "undo-" + attempt + ".json");
                proof(folder, "merge", attempt, files);
                proof(folder, "undo", attempt, files);
            } else if (attempt == job.attempt()
                    && job.planHash() != null
                    && !job.approvals().isEmpty()) {
                kept = folder.read("plan.json");
                files.addText("approvals-" + attempt + ".json", RestoreJson.write(job.approvals()));
            }
            if (kept.isPresent()) {
                files.addText(plan, kept.get());
                attempts.add(new PackContents.Attempt(attempt, MergePlan.hash(kept.get()), merged, undone));
            }
        }
        return attempts;
    }

    private static void proof(JobFolder folder, String step, int attempt, PackFiles files) throws IOException {
        String name = ProofFile.name(step, attempt);
        copy(folder, name, files, name);
        copy(folder, name + ".sig", files, name + ".sig");
    }

    private static boolean copy(JobFolder folder, String from, PackFiles files, String name) throws IOException {
        Path file = folder.path().resolve(from);
        if (!Files.isRegularFile(file)) {
            return false;
        }
        files.add(name, out -> Files.copy(file, out));
        return true;
    }

    private static void manifests(RestoreJob job, Workplace workplace, PackFiles files) throws IOException {
        String location = job.source().location();
        if (!location.startsWith(SNAPSHOT)) {
            return;
        }
        SignedManifest manifest = SignedManifest.read(
                Repository.open(workplace.repository()), location.substring(SNAPSHOT.length()), workplace.keys());
        String name = "manifests/" + manifest.id() + ".json";
        files.add(name, manifest.json());
        files.add(name + ".sig", manifest.signature());
        files.addText("manifests/" + manifest.keyId() + ".pem", manifest.publicKey());
    }

    private static long verdicts(JobFolder folder, Workplace workplace, PackFiles files, Progress progress)
            throws IOException, InterruptedException {
        long[] rows = new long[1];
        files.add(
                "verdicts.jsonl",
                out -> rows[0] = VerdictsFile.write(folder, workplace.shadows(), workplace.clock(), out, progress));
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while packing");
        }
        return rows[0];
    }

    private static void write(Path target, PackFiles.Contents contents) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            try (FileOutputStream sink = new FileOutputStream(partial.toFile())) {
                contents.write(new java.io.FilterOutputStream(sink) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        sink.write(bytes, offset, length);
                    }

                    @Override
                    public void close() throws IOException {
                        sink.getFD().sync();
                        super.close();
                    }
                });
            }
            try {
                Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
