package org.understudy.restore.fsck;

import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Watch;

/**
 * Shows how far a check of the live store is, keeps it to a rate, and stops it when its thread was interrupted. The first
 * phase reads bodies, where those are read at all; the second looks at messages.
 */
final class FsckProgress implements Watch {
    /** Octets a second while users are at work, where nobody asks for a rate. */
    private static final long BESIDE_USERS = 60_000_000;

    private final Progress progress;
    private final Courtesy courtesy;
    private final Pace pace;
    private final long expected;
    private boolean reading;
    private long read;
    private long done;

    /** @param expected messages in mailboxes */
    private FsckProgress(MailStore live, long expected, CheckStore.Request request, Progress progress) {
        this.progress = progress;
        this.expected = expected;
        courtesy = new Courtesy(live::calls, BESIDE_USERS);
        pace = request.rate() > 0 ? new Pace(request.rate()) : new Pace(courtesy);
        reading = request.deep();
        progress.begin(
                reading ? "reading bodies" : "checking rows", reading ? -1 : expected, reading ? "bodies" : "messages");
    }

    static FsckProgress of(MailStore live, CheckStore.Request request, Progress progress) {
        long messages = live.mailboxes().all().stream()
                .mapToLong(mailbox -> live.mailboxes().state(mailbox.id()).messages())
                .sum();
        return new FsckProgress(live, messages, request, progress);
    }

    @Override
    public void read(long octets, long calls) {
        courtesy.did(calls);
        read += octets;
        progress.advance(done, read);
        try {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
            pace.await(octets);
        } catch (InterruptedException e) {
            StoppedException stopped = new StoppedException();
            stopped.initCause(e);
            throw stopped;
        }
    }

    @Override
    public void bodies(long soFar) {
        done = soFar;
    }

    @Override
    public void messages(long soFar) {
        if (reading) {
            reading = false;
            read = 0;
            progress.begin("checking rows", expected, "messages");
        }
        done = soFar;
        progress.advance(done, read);
    }
}
