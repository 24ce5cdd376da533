package org.understudy.restore.copies;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.source.ReadFailure;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Digest;

/** Makes a message of the best copy's bytes, with what all copies say of them as witnesses. */
final class Taking {
    private Taking() {}

    /**
     * The message with the best copy's bytes; with its own if that copy cannot be read any more.
     *
     * @param message as its own source gives it, which is the source of one of the copies
     */
    static SourceItem.Message best(SourceItem.Message message, Judgement judgement) {
        Judgement.Heard best = judgement.bestHeard();
        Content held = best.copy().held();
        if (held != null) {
            return with(message, held, message.witnesses(), best, judgement.why());
        }
        try {
            CopyReader.Again again =
                    CopyReader.message(best.copy().source(), best.copy().entry().ref());
            List<Witness> witnesses = new ArrayList<>(again.witnesses());
            witnesses.addAll(trusted(message, best));
            return with(message, again.content(), witnesses, best, judgement.why());
        } catch (IOException e) {
            Judgement.Heard own = judgement.heard().stream()
                    .filter(heard -> heard.copy().held() != null)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("no copy's bytes are at hand"));
            return with(
                    message,
                    message.content(),
                    message.witnesses(),
                    own,
                    "the better copy, " + best.copy().place() + ", could not be read again: " + ReadFailure.words(e));
        }
    }

    /** What a trusted record of the message's own source says, where the copy has those bytes. */
    private static List<Witness> trusted(SourceItem.Message message, Judgement.Heard best) {
        return message.witnesses().stream()
                .filter(witness -> witness instanceof Witness.TrustedDigest trusted
                        && trusted.canonical()
                        && trusted.digest().equals(digest(best)))
                .toList();
    }

    private static Digest digest(Judgement.Heard heard) {
        Inspected.Message message = heard.copy().entry().message();
        if (message == null) {
            throw new IllegalStateException(heard.copy().place() + " cannot be read and was taken");
        }
        return message.digest();
    }

    private static SourceItem.Message with(
            SourceItem.Message message, Content content, List<Witness> own, Judgement.Heard taken, String why) {
        List<Witness> witnesses = new ArrayList<>(own);
        for (Finding finding : taken.findings()) {
            witnesses.add(
                    switch (finding.strength()) {
                        case PROOF ->
                            new Witness.TrustedDigest(
                                    digest(taken), true, finding.what().substring(Jury.EQUALS.length()));
                        case SUPPORT, NOTE -> new Witness.OtherCopy(false, finding.what());
                        case DOUBT, CONTRADICTION -> new Witness.OtherCopy(true, finding.what());
                    });
        }
        witnesses.add(new Witness.TakenFrom(
                taken.copy().name(), taken.copy().entry().ref().path(), why));
        return new SourceItem.Message(
                message.ref(),
                message.mailbox(),
                message.uid(),
                message.internalDate(),
                message.flags(),
                content,
                witnesses);
    }
}
