package org.understudy.restore.cli;

import java.io.PrintStream;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.proof.ProofVerdict;
import org.understudy.storage.Reason;

/** Proofs as people read them. */
final class ProofText {
    private ProofText() {}

    /** 0, or the exit code for work that was done and is not proven. */
    static int exitCode(ProofFile.Summary proof) {
        return proof.holds() ? 0 : Reason.UNPROVEN.exitCode();
    }

    /** Two lines, and loud ones where the proof did not pass. */
    static void print(ProofFile.Summary proof, PrintStream out) {
        out.print("  proof      " + verdict(proof) + ": " + Figures.number(proof.written()) + " of "
                + Figures.number(proof.planned()) + " planned keys written, "
                + Figures.number(proof.strays()) + " stray; "
                + Figures.count(proof.others(), "write") + " by others meanwhile, "
                + Figures.count(proof.touched(), "message") + " touched by users since\n");
        out.print("             " + Printable.line(proof.file()) + "\n");
        if (proof.holds()) {
            return;
        }
        out.print("PROOF " + verdict(proof) + ". The " + proof.step() + " was done all the same. What is wrong:\n");
        proof.reasons().forEach(reason -> out.print("  " + Printable.line(reason) + "\n"));
        if (!proof.signed()) {
            out.print("  the proof's signature is missing or wrong\n");
        }
        if (proof.verdict() == ProofVerdict.FAILED) {
            out.print("HINT: keep the store's folder and the proof as they are; find out who made the stray writes;"
                    + " undo the merge if in doubt, and run 'understudy fsck --deep'.\n");
        } else if (proof.verdict() == ProofVerdict.INCOMPLETE) {
            out.print("HINT: the log of that time is gone, so nobody can say more; 'understudy fsck --deep' checks the"
                    + " store as it is.\n");
        }
    }

    /** One line of the status. */
    static String line(ProofFile.Summary proof) {
        return proof.step() + (proof.attempt() > 1 ? " " + proof.attempt() : "") + " " + verdict(proof) + ", "
                + proof.file();
    }

    private static String verdict(ProofFile.Summary proof) {
        return proof.verdict().word() + (proof.signed() ? "" : ", NOT SIGNED");
    }
}
