package org.understudy.server.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.apache.james.mailbox.model.MailboxAnnotation;
import org.apache.james.mailbox.model.MailboxAnnotationKey;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.store.mail.AnnotationMapper;
import org.reactivestreams.Publisher;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Mailbox annotations (RFC 5464): the row's owner is the mailbox id in decimal, its key the entry name, its value UTF-8. */
final class StoredAnnotationMapper implements AnnotationMapper {
    private final Rows rows;
    private final Author author;

    StoredAnnotationMapper(Rows rows, Author author) {
        this.rows = rows;
        this.author = author;
    }

    @Override
    public List<MailboxAnnotation> getAllAnnotations(MailboxId mailbox) {
        List<MailboxAnnotation> result = new ArrayList<>();
        rows.list(mailbox.serialize(), "").forEach((key, value) -> result.add(annotation(key, value)));
        return result;
    }

    @Override
    public Publisher<MailboxAnnotation> getAllAnnotationsReactive(MailboxId mailbox) {
        return Flux.defer(() -> Flux.fromIterable(getAllAnnotations(mailbox)));
    }

    @Override
    public List<MailboxAnnotation> getAnnotationsByKeys(MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        List<MailboxAnnotation> result = new ArrayList<>();
        for (MailboxAnnotationKey key : keys) {
            rows.get(mailbox.serialize(), key.asString())
                    .ifPresent(value -> result.add(annotation(key.asString(), value)));
        }
        return result;
    }

    @Override
    public Publisher<MailboxAnnotation> getAnnotationsByKeysReactive(
            MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        return Flux.defer(() -> Flux.fromIterable(getAnnotationsByKeys(mailbox, keys)));
    }

    @Override
    public List<MailboxAnnotation> getAnnotationsByKeysWithOneDepth(MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        return matching(
                mailbox,
                keys,
                (found, key) -> isAtOrBelow(found, key) && found.countComponents() <= key.countComponents() + 1);
    }

    @Override
    public Publisher<MailboxAnnotation> getAnnotationsByKeysWithOneDepthReactive(
            MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        return Flux.defer(() -> Flux.fromIterable(getAnnotationsByKeysWithOneDepth(mailbox, keys)));
    }

    @Override
    public List<MailboxAnnotation> getAnnotationsByKeysWithAllDepth(MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        return matching(mailbox, keys, StoredAnnotationMapper::isAtOrBelow);
    }

    @Override
    public Publisher<MailboxAnnotation> getAnnotationsByKeysWithAllDepthReactive(
            MailboxId mailbox, Set<MailboxAnnotationKey> keys) {
        return Flux.defer(() -> Flux.fromIterable(getAnnotationsByKeysWithAllDepth(mailbox, keys)));
    }

    @Override
    public void deleteAnnotation(MailboxId mailbox, MailboxAnnotationKey key) {
        rows.update(mailbox.serialize(), key.asString(), present -> Optional.empty(), author);
    }

    @Override
    public Publisher<Void> deleteAnnotationReactive(MailboxId mailbox, MailboxAnnotationKey key) {
        return Mono.fromRunnable(() -> deleteAnnotation(mailbox, key));
    }

    /** @throws IllegalArgumentException if the annotation has no value */
    @Override
    public void insertAnnotation(MailboxId mailbox, MailboxAnnotation annotation) {
        String value = annotation
                .getValue()
                .orElseThrow(() -> new IllegalArgumentException(
                        "annotation " + annotation.getKey().asString() + " has no value to be stored"));
        rows.write(
                mailbox.serialize(),
                Map.of(annotation.getKey().asString(), value.getBytes(StandardCharsets.UTF_8)),
                author);
    }

    @Override
    public Publisher<Void> insertAnnotationReactive(MailboxId mailbox, MailboxAnnotation annotation) {
        return Mono.fromRunnable(() -> insertAnnotation(mailbox, annotation));
    }

    @Override
    public boolean exist(MailboxId mailbox, MailboxAnnotation annotation) {
        return rows.get(mailbox.serialize(), annotation.getKey().asString()).isPresent();
    }

    @Override
    public Publisher<Boolean> existReactive(MailboxId mailbox, MailboxAnnotation annotation) {
        return Mono.fromCallable(() -> exist(mailbox, annotation));
    }

    @Override
    public int countAnnotations(MailboxId mailbox) {
        return rows.list(mailbox.serialize(), "").size();
    }

    @Override
    public Publisher<Integer> countAnnotationsReactive(MailboxId mailbox) {
        return Mono.fromCallable(() -> countAnnotations(mailbox));
    }

    private List<MailboxAnnotation> matching(
            MailboxId mailbox,
            Set<MailboxAnnotationKey> keys,
            BiPredicate<MailboxAnnotationKey, MailboxAnnotationKey> wanted) {
        List<MailboxAnnotation> result = new ArrayList<>();
        for (MailboxAnnotation annotation : getAllAnnotations(mailbox)) {
            if (keys.stream().anyMatch(key -> wanted.test(annotation.getKey(), key))) {
                result.add(annotation);
            }
        }
        return result;
    }

    private static boolean isAtOrBelow(MailboxAnnotationKey found, MailboxAnnotationKey key) {
        return found.equals(key) || found.asString().startsWith(key.asString() + "/");
    }

    private static MailboxAnnotation annotation(String key, byte[] value) {
        return MailboxAnnotation.newInstance(new MailboxAnnotationKey(key), new String(value, StandardCharsets.UTF_8));
    }
}
