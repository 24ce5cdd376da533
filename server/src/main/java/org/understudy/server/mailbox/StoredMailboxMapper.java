package org.understudy.server.mailbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.acl.ACLDiff;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.exception.UnsupportedRightException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MailboxACL.EntryKey;
import org.apache.james.mailbox.model.MailboxACL.Rfc4314Rights;
import org.apache.james.mailbox.model.MailboxACL.Right;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.UidValidity;
import org.apache.james.mailbox.model.search.MailboxQuery;
import org.apache.james.mailbox.store.mail.MailboxMapper;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxRow;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Mailboxes by path and identity, with their access lists. Each change is one effect. */
final class StoredMailboxMapper implements MailboxMapper {
    private final MailStore store;
    private final AccessLists accessLists;
    private final Author author;

    StoredMailboxMapper(MailStore store, Author author) {
        this.store = store;
        this.accessLists = new AccessLists(store.accessLists());
        this.author = author;
    }

    /**
     * Makes it.
     *
     * @param drawn not used: it is drawn by lot, and the next mailbox of a name must have a larger one
     */
    @Override
    public Mono<Mailbox> create(MailboxPath path, UidValidity drawn) {
        return Mono.fromCallable(() -> StoreCalls.on(
                path.asString(), () -> JamesModel.mailbox(store.mailboxes().create(JamesModel.path(path), author))));
    }

    @Override
    public Mono<MailboxId> rename(Mailbox mailbox) {
        return Mono.fromCallable(() -> {
            MailboxPath to = mailbox.generateAssociatedPath();
            org.understudy.storage.keyspace.MailboxId id =
                    live(mailbox.getMailboxId()).id();
            if (store.mailboxes().find(JamesModel.path(to)).isPresent()) {
                throw new MailboxExistsException(to.getName());
            }
            StoreCalls.on(to.asString(), () -> store.mailboxes().rename(id, JamesModel.path(to), author));
            return mailbox.getMailboxId();
        });
    }

    @Override
    public Mono<Void> delete(Mailbox mailbox) {
        return Mono.fromCallable(() -> {
                    Optional<MailboxRow> row = store.mailboxes()
                            .find(JamesMailboxId.unwrap(mailbox.getMailboxId()))
                            .filter(MailboxRow::live);
                    if (row.isPresent()) {
                        StoreCalls.on(mailbox, () -> {
                            store.mailboxes().delete(row.get().id(), author);
                            return true;
                        });
                    }
                    return mailbox;
                })
                .then();
    }

    @Override
    public Mono<Mailbox> findMailboxByPath(MailboxPath path) {
        return Mono.fromCallable(() -> store.mailboxes().find(JamesModel.path(path)))
                .flatMap(row -> row.isPresent() ? Mono.fromCallable(() -> withAccessList(row.get())) : Mono.empty());
    }

    @Override
    public Mono<Boolean> pathExists(MailboxPath path) {
        return Mono.fromCallable(
                () -> store.mailboxes().find(JamesModel.path(path)).isPresent());
    }

    @Override
    public Mono<Mailbox> findMailboxById(MailboxId id) {
        return Mono.fromCallable(() -> withAccessList(live(id)));
    }

    /** Mailboxes whose access list grants {@code right} to the user by name. */
    @Override
    public Flux<Mailbox> findNonPersonalMailboxes(Username user, Right right) {
        return Mono.fromCallable(() -> {
                    String key = EntryKey.createUserEntryKey(user).serialize();
                    List<Mailbox> result = new ArrayList<>();
                    for (Map.Entry<String, java.util.SortedMap<String, byte[]>> list :
                            store.accessLists().all().entrySet()) {
                        if (list.getValue().containsKey(key)) {
                            Optional<MailboxRow> row = store.mailboxes()
                                    .find(new org.understudy.storage.keyspace.MailboxId(Long.parseLong(list.getKey())))
                                    .filter(MailboxRow::live);
                            if (row.isPresent()) {
                                Mailbox mailbox = withAccessList(row.get());
                                if (grants(mailbox.getACL(), user, right)) {
                                    result.add(mailbox);
                                }
                            }
                        }
                    }
                    return result;
                })
                .flatMapIterable(list -> list);
    }

    @Override
    public Flux<Mailbox> findMailboxWithPathLike(MailboxQuery.UserBound query) {
        return rows(() -> store.mailboxes()
                        .ofOwner(query.getFixedNamespace(), query.getFixedUser().asString()))
                .filter(row -> query.isPathMatch(JamesModel.path(row.path())))
                .concatMap(row -> Mono.fromCallable(() -> withAccessList(row)));
    }

    @Override
    public Flux<MailboxId> userMailboxes(Username user) {
        return rows(() ->
                        store.mailboxes().ofOwner(org.understudy.storage.keyspace.MailboxPath.PRIVATE, user.asString()))
                .map(row -> new JamesMailboxId(row.id()));
    }

    @Override
    public Mono<Boolean> hasChildren(Mailbox mailbox, char delimiter) {
        String prefix = mailbox.getName() + delimiter;
        return rows(() -> store.mailboxes()
                        .ofOwner(mailbox.getNamespace(), mailbox.getUser().asString()))
                .any(row -> row.path().name().startsWith(prefix));
    }

    @Override
    public Mono<ACLDiff> updateACL(Mailbox mailbox, MailboxACL.ACLCommand command) {
        return Mono.fromCallable(() -> {
            ACLDiff diff = accessLists.update(live(mailbox.getMailboxId()).id(), command, author);
            mailbox.setACL(diff.getNewACL());
            return diff;
        });
    }

    @Override
    public Mono<ACLDiff> setACL(Mailbox mailbox, MailboxACL list) {
        return Mono.fromCallable(() -> {
            ACLDiff diff = accessLists.set(live(mailbox.getMailboxId()).id(), list, author);
            mailbox.setACL(list);
            return diff;
        });
    }

    @Override
    public Flux<Mailbox> list() {
        return rows(() -> store.mailboxes().all()).concatMap(row -> Mono.fromCallable(() -> withAccessList(row)));
    }

    private MailboxRow live(MailboxId id) throws MailboxException {
        return store.mailboxes()
                .find(JamesMailboxId.unwrap(id))
                .filter(MailboxRow::live)
                .orElseThrow(() -> new MailboxNotFoundException(id));
    }

    private Mailbox withAccessList(MailboxRow row) throws UnsupportedRightException {
        Mailbox mailbox = JamesModel.mailbox(row);
        mailbox.setACL(accessLists.of(row.id()));
        return mailbox;
    }

    private static Flux<MailboxRow> rows(java.util.function.Supplier<List<MailboxRow>> read) {
        return Mono.fromSupplier(read).flatMapIterable(list -> list);
    }

    private static boolean grants(MailboxACL list, Username user, Right right) {
        Rfc4314Rights rights = list.getEntries().get(EntryKey.createUserEntryKey(user));
        return rights != null && rights.contains(right);
    }
}
