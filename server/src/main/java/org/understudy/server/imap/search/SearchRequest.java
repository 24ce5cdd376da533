package org.understudy.server.imap.search;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.message.request.AbstractImapRequest;
import org.understudy.server.search.Criterion;
import org.understudy.server.search.MailSearch.Threading;
import org.understudy.server.search.SortKey;

/** A SEARCH, SORT or THREAD command, with sequence sets already resolved to UIDs. */
public final class SearchRequest extends AbstractImapRequest {
    /** What is done with what is found. */
    sealed interface Aim {
        record Search() implements Aim {}

        record Sort(List<SortKey> keys) implements Aim {}

        record Threads(Threading threading) implements Aim {}
    }

    /** What the client wants to be told (RFC 4731, RFC 5182). */
    enum Return {
        MIN,
        MAX,
        ALL,
        COUNT,
        SAVE
    }

    private final Aim aim;
    private final boolean uids;
    private final boolean extended;
    private final Set<Return> returns;
    private final Criterion criterion;

    /**
     * @param uids whether the answer has UIDs instead of sequence numbers
     * @param extended whether the command had RETURN
     * @param returns what stood there; ALL for an empty list
     */
    SearchRequest(
            Tag tag,
            ImapCommand command,
            Aim aim,
            boolean uids,
            boolean extended,
            EnumSet<Return> returns,
            Criterion criterion) {
        super(tag, command);
        this.aim = aim;
        this.uids = uids;
        this.extended = extended;
        this.returns = Set.copyOf(returns);
        this.criterion = criterion;
    }

    Aim aim() {
        return aim;
    }

    boolean uids() {
        return uids;
    }

    /** Whether an ESEARCH response is wanted: not for SAVE alone, which wants none (RFC 5182 section 2.1). */
    boolean wantsExtended() {
        return extended && !(returns.size() == 1 && returns.contains(Return.SAVE));
    }

    boolean returns(Return what) {
        return returns.contains(what);
    }

    Criterion criterion() {
        return criterion;
    }
}
