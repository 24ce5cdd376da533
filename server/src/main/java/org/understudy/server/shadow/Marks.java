package org.understudy.server.shadow;

import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Flags;

/**
 * What a mail program is shown of a message's evidence.
 *
 * @param keywords one for the verdict, and {@link #FOREIGN} where it may be somebody else's
 * @param hidden whether the owner does not see the message
 */
record Marks(Set<String> keywords, boolean hidden) {
    static final String FOREIGN = "$Foreign";

    /** All keywords that are given here; a message that came with one of them loses it. */
    private static final Set<String> OURS = Set.of("$proven", "$consistent", "$suspect", "$damaged", "$foreign");

    private static final String FOREIGN_OWNER = "foreign-owner";

    static Marks of(Evidence evidence) {
        Set<String> keywords = new TreeSet<>();
        keywords.add(keyword(evidence.verdict()));
        boolean foreign = evidence.findings().stream().anyMatch(Marks::speaksOfOthers);
        if (foreign) {
            keywords.add(FOREIGN);
        }
        return new Marks(keywords, foreign || evidence.verdict() == Verdict.DAMAGED);
    }

    private static String keyword(Verdict verdict) {
        return switch (verdict) {
            case PROVEN -> "$Proven";
            case CONSISTENT -> "$Consistent";
            case SUSPECT -> "$Suspect";
            case DAMAGED -> "$Damaged";
        };
    }

    /** Whether a finding says that the message, or a part of it, may be another user's. */
    private static boolean speaksOfOthers(Finding finding) {
        boolean against = finding.strength() == Strength.DOUBT || finding.strength() == Strength.CONTRADICTION;
        return finding.check().equals(FOREIGN_OWNER)
                || against
                        && (finding.check().startsWith("foreign-")
                                || finding.check().equals("shared-block"));
    }

    /** The flags of a message of the shadow as a view has them: no {@code \Recent}, since nothing can be reset. */
    static Flags shown(Flags flags, Set<String> marks) {
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        flags.keywords().stream()
                .filter(word -> !OURS.contains(word.toLowerCase(java.util.Locale.ROOT)))
                .forEach(keywords::add);
        keywords.addAll(marks);
        return Flags.of(flags.system() & ~Flags.RECENT, keywords);
    }
}
