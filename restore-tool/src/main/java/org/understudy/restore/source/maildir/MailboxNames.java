package org.understudy.restore.source.maildir;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Gives each mailbox of one user a name of its own, by the rules that this package states. */
public final class MailboxNames {
    private static final String INBOX = "INBOX";

    /**
     * A mailbox as it is named on disk.
     *
     * @param layout {@code .} for Maildir++, {@code /} for directories; equal levels of both are different mailboxes
     * @param levels decoded; empty for the root
     */
    public record OnDisk(char layout, List<String> levels) implements Comparable<OnDisk> {
        private static final Comparator<OnDisk> ORDER = Comparator.<OnDisk>comparingInt(n -> n.levels.size())
                .thenComparingInt(n -> n.isChanged() ? 1 : 0)
                .thenComparingInt(OnDisk::layout)
                .thenComparing(n -> String.join("\0", n.levels));

        public OnDisk {
            levels = List.copyOf(levels);
        }

        OnDisk parent() {
            return new OnDisk(layout, levels.subList(0, levels.size() - 1));
        }

        String last() {
            return levels.get(levels.size() - 1);
        }

        boolean isChanged() {
            return !levels.isEmpty() && !NameText.level(last()).equals(last());
        }

        @Override
        public int compareTo(OnDisk other) {
            return ORDER.compare(this, other);
        }
    }

    private final Map<OnDisk, String> names = new HashMap<>();

    /** @param mailboxes all of one user */
    public MailboxNames(Set<OnDisk> mailboxes) {
        Set<OnDisk> nodes = new TreeSet<>();
        for (OnDisk mailbox : mailboxes) {
            for (OnDisk node = mailbox; ; node = node.parent()) {
                nodes.add(node);
                if (node.levels().isEmpty()) {
                    break;
                }
            }
        }
        Set<String> taken = new HashSet<>();
        boolean rootIsMailbox = mailboxes.stream().anyMatch(m -> m.levels().isEmpty());
        if (rootIsMailbox) {
            taken.add(INBOX);
        }
        for (OnDisk node : nodes) {
            names.put(node, name(node, mailboxes.contains(node), taken));
        }
    }

    public String of(OnDisk mailbox) {
        String name = names.get(mailbox);
        if (name == null) {
            throw new IllegalStateException("no name was made for " + mailbox);
        }
        return name;
    }

    private String name(OnDisk node, boolean isMailbox, Set<String> taken) {
        if (node.levels().isEmpty()) {
            return INBOX;
        }
        List<String> path = new ArrayList<>();
        if (node.levels().size() > 1) {
            path.add(of(node.parent()));
        }
        path.add(NameText.level(node.last()));
        String wanted = String.join(".", path);
        if (wanted.equalsIgnoreCase(INBOX)) {
            wanted = INBOX;
            if (!isMailbox) {
                return INBOX;
            }
        }
        String name = wanted;
        for (int n = 2; !taken.add(name); n++) {
            name = wanted + "~" + n;
        }
        return name;
    }
}
