package org.understudy.storage.guard;

import java.nio.file.Path;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Puts together the words with which a store is refused: what was found, what it means for the mail, what to do. */
final class Refusal {
    private final Path store;
    private String because = "";
    private String means = "";
    private String next = "";

    Refusal(Path store) {
        this.store = store;
    }

    /** What was expected and found, without the full stop. */
    Refusal because(String found) {
        because = found + ".";
        return this;
    }

    /** What it means for the mail, as whole sentences. */
    Refusal means(String meaning) {
        means = " " + meaning;
        return this;
    }

    /** What the operator can do, as whole sentences. */
    Refusal next(String instruction) {
        next = instruction;
        return this;
    }

    /** The usual ways on when {@code file} is at fault. */
    Refusal nextRestoring(String file) {
        return next("Keep a copy of the folder as it is. Then restore " + file
                + " from a copy, or stage a restore from the newest snapshot. Until then 'understudy server --rescue' serves"
                + " for reading what can be read, if that is safe, and lists what cannot.");
    }

    OperatorException thrown() {
        return new OperatorException(
                Reason.STORE_REFUSED,
                "store " + store + ": " + because + means
                        + " The store was not opened; nothing was changed or deleted.",
                next);
    }
}
