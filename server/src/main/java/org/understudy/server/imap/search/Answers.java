package org.understudy.server.imap.search;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongUnaryOperator;
import org.apache.james.imap.api.message.IdRange;
import org.understudy.server.imap.search.SearchRequest.Return;
import org.understudy.server.search.MailThread;

/** Writes what was found as the protocol has it. */
final class Answers {
    private Answers() {}

    /**
     * SEARCH or SORT.
     *
     * @param numbers in their order
     * @param modSeq the highest of them, or 0 to leave it out
     */
    static SearchAnswer plain(String name, long[] numbers, long modSeq) {
        StringBuilder text = new StringBuilder(16 + numbers.length * 7).append(name);
        for (long number : numbers) {
            text.append(' ').append(number);
        }
        if (modSeq > 0 && numbers.length > 0) {
            text.append(" (MODSEQ ").append(modSeq).append(')');
        }
        return of(text);
    }

    /** ESEARCH (RFC 4731 section 3.1; for SORT RFC 5267 section 3.1, where the first and the last are those as sorted). */
    static SearchAnswer extended(SearchRequest request, long[] numbers, long modSeq) {
        StringBuilder text = new StringBuilder("ESEARCH (TAG \"")
                .append(request.getTag().asString())
                .append("\")");
        if (request.uids()) {
            text.append(" UID");
        }
        if (numbers.length > 0) {
            if (request.returns(Return.MIN)) {
                text.append(" MIN ").append(numbers[0]);
            }
            if (request.returns(Return.MAX)) {
                text.append(" MAX ").append(numbers[numbers.length - 1]);
            }
        }
        if (request.returns(Return.COUNT)) {
            text.append(" COUNT ").append(numbers.length);
        }
        if (numbers.length > 0) {
            if (request.returns(Return.ALL)) {
                text.append(" ALL ");
                appendSet(text, numbers);
            }
            if (modSeq > 0) {
                text.append(" MODSEQ ").append(modSeq);
            }
        }
        return of(text);
    }

    /** A warning that does not fail the command (RFC 9051 section 7.1.2). */
    static SearchAnswer unreadable(List<Long> uids) {
        StringBuilder text = new StringBuilder("NO [UNAVAILABLE] ")
                .append(uids.size())
                .append(uids.size() == 1 ? " message" : " messages")
                .append(" of this mailbox cannot be read now and may be missing from the answer: UID ");
        long[] some = uids.stream().limit(50).mapToLong(Long::longValue).toArray();
        appendSet(text, some);
        return of(text.append(uids.size() > some.length ? " and more." : "."));
    }

    /** @param number of a UID as the client wants it, 0 for messages that it does not know yet */
    static SearchAnswer threads(List<MailThread> threads, LongUnaryOperator number) {
        StringBuilder text = new StringBuilder("THREAD");
        if (!threads.isEmpty()) {
            text.append(' ');
        }
        for (MailThread thread : threads) {
            append(text, thread, number);
        }
        return of(text);
    }

    /** What is left to write: a thread in parentheses, a thread in the line of its parent, or a closing one. */
    private record Piece(@org.jspecify.annotations.Nullable MailThread thread, boolean inLine) {
        static final Piece CLOSE = new Piece(null, false);
    }

    private static void append(StringBuilder text, MailThread root, LongUnaryOperator number) {
        Deque<Piece> left = new ArrayDeque<>();
        left.push(new Piece(root, false));
        while (!left.isEmpty()) {
            Piece piece = left.pop();
            MailThread thread = piece.thread();
            if (thread == null) {
                text.append(')');
                continue;
            }
            if (!piece.inLine()) {
                text.append('(');
                left.push(Piece.CLOSE);
            }
            long shown = thread.uid() == 0 ? 0 : number.applyAsLong(thread.uid());
            if (shown > 0) {
                if (piece.inLine() && text.charAt(text.length() - 1) != '(') {
                    text.append(' ');
                }
                text.append(shown);
            }
            List<MailThread> children = thread.children();
            if (children.size() == 1) {
                left.push(new Piece(children.getFirst(), true));
            } else {
                if (shown > 0 && !children.isEmpty()) {
                    text.append(' ');
                }
                for (MailThread child : children.reversed()) {
                    left.push(new Piece(child, false));
                }
            }
        }
    }

    private static void appendSet(StringBuilder text, long[] numbers) {
        String comma = "";
        for (IdRange range : SavedSearch.ranges(numbers)) {
            text.append(comma).append(range.getLowVal());
            if (range.getHighVal() > range.getLowVal()) {
                text.append(':').append(range.getHighVal());
            }
            comma = ",";
        }
    }

    private static SearchAnswer of(StringBuilder text) {
        return new SearchAnswer(text.toString().getBytes(StandardCharsets.US_ASCII));
    }
}
