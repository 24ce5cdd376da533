package org.understudy.restore.workflow;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.proof.BlastRadius;
import org.understudy.restore.proof.Proof;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.proof.RestoreProof;
import org.understudy.restore.repository.Signer;

/** Puts what was proven of a merge or an undo into its signed file. */
final class Proving {
    private Proving() {}

    static ProofFile.Summary write(
            JobFolder folder,
            RestoreJob job,
            String step,
            Workplace workplace,
            BlastRadius radius,
            @Nullable Proof readBack,
            Steps steps) {
        Signer signer = Signer.of(workplace.keys());
        RestoreProof proof = RestoreProof.of(
                step,
                job.id(),
                job.attempt(),
                Objects.requireNonNullElse(job.planHash(), ""),
                workplace.live().storeId(),
                workplace.clock().instant(),
                radius,
                readBack,
                signer.keyId());
        ProofFile.Summary summary = ProofFile.write(folder, proof, signer);
        steps.passed(Steps.Step.PROOF_WRITTEN);
        folder.log(
                workplace.clock().instant(),
                "proof of the " + step + ": " + summary.verdict().word());
        return summary;
    }

    /** What a job keeps of a proof that did not pass. */
    static String failure(ProofFile.Summary proof) {
        String first =
                proof.reasons().isEmpty() ? "see the file" : proof.reasons().getFirst();
        return "the proof of the " + proof.step() + " is " + proof.verdict().word() + ": " + first + "; all in "
                + proof.file();
    }
}
