package org.understudy.restore.migrate;

import java.util.Locale;

/** A proof as text, for people who have no other program. */
final class ProofText {
    private ProofText() {}

    static String of(EqualityProof proof, String name) {
        StringBuilder text = new StringBuilder();
        text.append("Migration ")
                .append(proof.migration())
                .append(": ")
                .append(proof.oldLogin())
                .append(" at ");
        text.append(proof.oldPlace()).append(" is now ").append(proof.user()).append(" here.\n");
        text.append("Both sides were read from ")
                .append(proof.begunAt())
                .append(" to ")
                .append(proof.endedAt());
        text.append(".\n\n");
        text.append(proof.equal() ? "EQUAL: " : "NOT EQUAL: ");
        text.append(String.format(
                Locale.ROOT,
                "%,d messages, %,d octets, %,d mailboxes; %,d differences.%n%n",
                proof.messages(),
                proof.octets(),
                proof.mailboxes().size(),
                proof.differenceCount()));
        for (EqualityProof.OfMailbox one : proof.mailboxes()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s: %,d messages there, %,d here; %,d octets there, %,d here; %s; %s%n",
                    one.name(),
                    one.oldMessages(),
                    one.messages(),
                    one.oldOctets(),
                    one.octets(),
                    one.oldSum().equals(one.sum()) ? "sum " + one.sum() : "sums differ",
                    one.sameUids() ? "same UIDs" : "UIDs of ours"));
        }
        if (!proof.differences().isEmpty()) {
            text.append("\nDifferences");
            if (proof.differenceCount() > proof.differences().size()) {
                text.append(", the first ").append(proof.differences().size());
            }
            text.append(":\n");
            proof.differences()
                    .forEach(one -> text.append("  ").append(one.text()).append('\n'));
        }
        proof.notes().forEach(one -> text.append("\nNote: ").append(one).append('\n'));
        text.append("\nThe same as JSON, signed with key ")
                .append(proof.keyId())
                .append(": ")
                .append(name);
        text.append(" and ").append(name).append(".sig (Ed25519, docs/migration.md).\n");
        return text.toString();
    }
}
