package org.understudy.server.mailbox;

import java.util.List;
import javax.mail.Flags;
import org.apache.james.events.EventBus;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.acl.MailboxACLResolver;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MailboxACL.ACLCommand;
import org.apache.james.mailbox.model.MailboxACL.EntryKey;
import org.apache.james.mailbox.model.MailboxACL.Rfc4314Rights;
import org.apache.james.mailbox.model.MailboxACL.Right;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.StoreRightManager;
import reactor.core.publisher.Mono;

/** Owners may look up and read their mailboxes and nothing else; others, nothing at all. */
final class ReadOnlyRights extends StoreRightManager {
    private static final Rfc4314Rights READING = new Rfc4314Rights(Right.Lookup, Right.Read);

    ReadOnlyRights(StoredMapperFactory mappers, MailboxACLResolver resolver, EventBus eventBus) {
        super(mappers, resolver, eventBus);
    }

    @Override
    public Rfc4314Rights myRights(Mailbox mailbox, MailboxSession session) {
        return mailbox.getUser().equals(session.getUser()) ? READING : MailboxACL.NO_RIGHTS;
    }

    @Override
    public Mono<Rfc4314Rights> myRightsReactive(MailboxPath path, MailboxSession session) {
        return super.myRightsReactive(path, session)
                .map(rights -> path.belongsTo(session) ? READING : MailboxACL.NO_RIGHTS);
    }

    @Override
    public boolean isReadWrite(MailboxSession session, Mailbox mailbox, Flags sharedPermanentFlags) {
        return false;
    }

    @Override
    public List<Rfc4314Rights> listRights(Mailbox mailbox, EntryKey key, MailboxSession session) {
        return List.of(READING);
    }

    @Override
    public Mono<Void> applyRightsCommandReactive(MailboxPath path, ACLCommand command, MailboxSession session) {
        return Mono.error(refused());
    }

    @Override
    public void setRights(MailboxId mailbox, MailboxACL list, MailboxSession session) throws MailboxException {
        throw refused();
    }

    @Override
    public void setRights(MailboxPath path, MailboxACL list, MailboxSession session) throws MailboxException {
        throw refused();
    }

    private static MailboxException refused() {
        return new MailboxException("these mailboxes are for reading only");
    }
}
