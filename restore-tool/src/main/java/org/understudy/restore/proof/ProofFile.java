package org.understudy.restore.proof;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.repository.Signer;

/** Proofs as files of a restore's folder: {@code proof-merge-1.json} and its detached signature {@code ....json.sig}. */
public final class ProofFile {
    private ProofFile() {}

    /**
     * A proof in short, as results and the status give it.
     *
     * @param signed whether the signature is there and verifies with a key that this machine trusts
     * @param file its path
     * @param written how many of the {@code planned} keys were written
     * @param strays rows that nobody should have written
     * @param others effects of others in the same time
     * @param touched messages of the restore that others have changed since
     * @param reasons why it did not pass, the first ones
     */
    public record Summary(
            String step,
            int attempt,
            ProofVerdict verdict,
            boolean signed,
            String file,
            long written,
            long planned,
            long strays,
            long others,
            long touched,
            List<String> reasons) {
        public Summary {
            reasons = List.copyOf(reasons);
        }

        /** Whether it passed and is signed. */
        public boolean holds() {
            return verdict == ProofVerdict.PASSED && signed;
        }
    }

    /** Most reasons of each kind in a summary. */
    private static final int REASONS = 10;

    public static String name(String step, int attempt) {
        return "proof-" + step + "-" + attempt + ".json";
    }

    /** Writes the proof, then its signature, both durably. */
    public static Summary write(JobFolder folder, RestoreProof proof, Signer signer) {
        String name = name(proof.step(), proof.attempt());
        byte[] bytes = (RestoreJson.write(proof) + "\n").getBytes(StandardCharsets.UTF_8);
        folder.write(name, bytes);
        folder.write(name + ".sig", signer.sign(bytes));
        return summary(proof, folder.path().resolve(name), true);
    }

    /** The proof of a step, if there is one. */
    public static Optional<Summary> read(Path folder, String step, int attempt, Path keys) {
        Path file = folder.resolve(name(step, attempt));
        Optional<byte[]> bytes = OnDisk.read(file);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        RestoreProof proof = RestoreJson.read(new String(bytes.get(), StandardCharsets.UTF_8), RestoreProof.class);
        boolean signed = OnDisk.read(file.resolveSibling(file.getFileName() + ".sig"))
                .filter(signature -> Signer.verifies(keys, proof.keyId(), bytes.get(), signature))
                .isPresent();
        return Optional.of(summary(proof, file, signed));
    }

    private static Summary summary(RestoreProof proof, Path file, boolean signed) {
        BlastRadius radius = proof.radius();
        long others = radius.authors().stream()
                .filter(one -> !one.author().equals("this restore"))
                .mapToLong(BlastRadius.AuthorCount::effects)
                .sum();
        return new Summary(
                proof.step(),
                proof.attempt(),
                proof.verdict(),
                signed,
                file.toString(),
                radius.written(),
                radius.planned(),
                radius.strayCount(),
                others,
                radius.touchedCount(),
                proof.reasons(REASONS));
    }
}
