package org.understudy.server.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts messages together that belong together (RFC 5256 section 3). */
final class Threader {
    /**
     * One message to be threaded.
     *
     * @param sentAt milliseconds since 1970 UTC
     */
    record Message(long uid, long sentAt, MailHeader header) {}

    /** A message id that was named, with its message if it is there. */
    private static final class Node {
        private @Nullable Message message;
        private @Nullable Node parent;
        private final List<Node> children = new ArrayList<>();

        Node(@Nullable Message message) {
            this.message = message;
        }

        /** Of a node without a message, its first child's, which has one or children that have. */
        Message first() {
            Node at = this;
            while (at.message == null) {
                at = at.children.getFirst();
            }
            return at.message;
        }

        boolean isBelow(Node other) {
            for (Node at = this; at != null; at = at.parent) {
                if (at == other) {
                    return true;
                }
            }
            return false;
        }

        void moveTo(@Nullable Node other) {
            if (parent != null) {
                parent.children.remove(this);
            }
            parent = other;
            if (other != null) {
                other.children.add(this);
            }
        }
    }

    private static final Comparator<Message> BY_DATE =
            Comparator.comparingLong(Message::sentAt).thenComparingLong(Message::uid);

    private Threader() {}

    /** One thread a base subject, its first message above all others. */
    static List<MailThread> byOrderedSubject(List<Message> messages) {
        Map<String, List<Message>> subjects = new HashMap<>();
        List<Message> sorted = new ArrayList<>(messages);
        sorted.sort(BY_DATE);
        for (Message message : sorted) {
            subjects.computeIfAbsent(message.header().baseSubject(), s -> new ArrayList<>())
                    .add(message);
        }
        List<List<Message>> threads = new ArrayList<>(subjects.values());
        threads.sort(Comparator.comparing(List::getFirst, BY_DATE));
        List<MailThread> result = new ArrayList<>();
        for (List<Message> thread : threads) {
            MailThread first = new MailThread(thread.getFirst().uid());
            for (Message message : thread.subList(1, thread.size())) {
                first.children().add(new MailThread(message.uid()));
            }
            result.add(first);
        }
        return result;
    }

    /** By what messages say that they answer, then by subject. */
    static List<MailThread> byReferences(List<Message> messages) {
        List<Node> nodes = linked(messages);
        List<Node> roots = withoutEmpty(nodes);
        roots.sort(Comparator.comparing(Node::first, BY_DATE));
        roots = bySubject(roots);
        return result(roots);
    }

    /** Step 1. */
    private static List<Node> linked(List<Message> messages) {
        Map<String, Node> byId = new HashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (Message message : messages) {
            String id = message.header().messageId();
            Node node = id.isEmpty() ? null : byId.get(id);
            if (node == null || node.message != null) {
                // Without an id, or with one that another message has, nobody can refer to it.
                boolean known = node == null && !id.isEmpty();
                node = new Node(message);
                nodes.add(node);
                if (known) {
                    byId.put(id, node);
                }
            } else {
                node.message = message;
            }
            Node before = null;
            for (String reference : message.header().references()) {
                Node referred = byId.get(reference);
                if (referred == null) {
                    referred = new Node(null);
                    byId.put(reference, referred);
                    nodes.add(referred);
                }
                if (before != null && referred.parent == null && !before.isBelow(referred)) {
                    referred.moveTo(before);
                }
                before = referred;
            }
            if (before == null) {
                node.moveTo(null);
            } else if (!before.isBelow(node)) {
                node.moveTo(before);
            }
        }
        return nodes;
    }

    /** Steps 2 and 3: the roots, without nodes that have no message, but for those that hold several threads together. */
    private static List<Node> withoutEmpty(List<Node> nodes) {
        List<Node> roots = new ArrayList<>();
        Deque<Node> open = new ArrayDeque<>();
        List<Node> parentsFirst = new ArrayList<>();
        for (Node node : nodes) {
            if (node.parent == null) {
                open.add(node);
            }
        }
        while (!open.isEmpty()) {
            Node node = open.remove();
            parentsFirst.add(node);
            open.addAll(node.children);
        }
        for (Node node : parentsFirst.reversed()) {
            if (node.message == null) {
                if (node.children.isEmpty()) {
                    node.moveTo(null);
                } else if (node.parent != null || node.children.size() == 1) {
                    Node above = node.parent;
                    for (Node child : List.copyOf(node.children)) {
                        child.moveTo(above);
                    }
                    node.moveTo(null);
                }
            }
        }
        for (Node node : parentsFirst) {
            if (node.parent == null && (node.message != null || !node.children.isEmpty())) {
                roots.add(node);
            }
        }
        return roots;
    }

    private static Message subjectOf(Node root) {
        return root.first();
    }

    /** Step 5: roots of one subject under one another. */
    private static List<Node> bySubject(List<Node> roots) {
        for (Node root : roots) {
            if (root.message == null) {
                root.children.sort(Comparator.comparing(Node::first, BY_DATE));
            }
        }
        Map<String, Node> table = new HashMap<>();
        for (Node root : roots) {
            String subject = subjectOf(root).header().baseSubject();
            if (subject.isEmpty()) {
                continue;
            }
            Node there = table.get(subject);
            boolean better = there == null
                    || (there.message != null && root.message == null)
                    || (there.message != null
                            && there.message.header().reply()
                            && root.message != null
                            && !root.message.header().reply());
            if (better) {
                table.put(subject, root);
            }
        }
        List<Node> merged = new ArrayList<>(roots);
        for (int i = 0; i < merged.size(); i++) {
            Node root = merged.get(i);
            String subject = subjectOf(root).header().baseSubject();
            Node there = subject.isEmpty() ? root : table.getOrDefault(subject, root);
            if (there == root) {
                continue;
            }
            if (root.message == null && there.message == null) {
                for (Node child : List.copyOf(root.children)) {
                    child.moveTo(there);
                }
            } else if (there.message == null) {
                root.moveTo(there);
            } else if (root.message != null
                    && root.message.header().reply()
                    && !there.message.header().reply()) {
                root.moveTo(there);
            } else {
                Node both = new Node(null);
                merged.set(merged.indexOf(there), both);
                there.moveTo(both);
                root.moveTo(both);
                table.put(subject, both);
            }
            merged.remove(i--);
        }
        return merged;
    }

    /** Steps 4 and 6: siblings by date, and the nodes as the caller wants them. */
    private static List<MailThread> result(List<Node> roots) {
        Deque<Node> open = new ArrayDeque<>(roots);
        while (!open.isEmpty()) {
            Node node = open.remove();
            node.children.sort(Comparator.comparing(Node::first, BY_DATE));
            open.addAll(node.children);
        }
        roots.sort(Comparator.comparing(Node::first, BY_DATE));
        List<MailThread> threads = new ArrayList<>();
        Deque<Map.Entry<Node, MailThread>> made = new ArrayDeque<>();
        for (Node root : roots) {
            MailThread thread = of(root);
            threads.add(thread);
            made.add(Map.entry(root, thread));
        }
        while (!made.isEmpty()) {
            Map.Entry<Node, MailThread> next = made.remove();
            for (Node child : next.getKey().children) {
                MailThread thread = of(child);
                next.getValue().children().add(thread);
                made.add(Map.entry(child, thread));
            }
        }
        return threads;
    }

    private static MailThread of(Node node) {
        Message message = node.message;
        return new MailThread(message == null ? 0 : message.uid());
    }
}
