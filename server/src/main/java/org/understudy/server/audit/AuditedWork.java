package org.understudy.server.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** Runs operations with a record before and one after, for whoever runs them. */
public final class AuditedWork {
    private static final ObjectMapper JSON = OperationJson.mapper();
    private static final int MOST = 100;
    private static final Pattern SECRET = Pattern.compile("password|scram|secret|token|credential|passphrase");
    private static final Pattern URI_SECRET = Pattern.compile("(//[^/:@\\s]*):[^@\\s]*@");

    private AuditedWork() {}

    /** Runs an operation on this thread; what it throws is noted and thrown on. */
    public static <Q, R> R run(
            AuditLog log, Actor actor, Operation<Q, R> operation, Q request, Workplace workplace, Progress progress)
            throws InterruptedException {
        SortedMap<String, String> details = parameters(request);
        note(log, actor, operation, details, AuditEvent.Outcome.BEGUN, "");
        R result;
        try {
            result = operation.run(request, workplace, progress);
        } catch (Throwable thrown) {
            Failure failure = Failure.of(thrown);
            try {
                note(
                        log,
                        actor,
                        operation,
                        details,
                        AuditEvent.Outcome.FAILED,
                        failure.reason() + ": " + failure.message());
            } catch (RuntimeException unwritten) {
                thrown.addSuppressed(unwritten);
            }
            throw thrown;
        }
        note(log, actor, operation, details, AuditEvent.Outcome.DONE, "");
        return result;
    }

    private static void note(
            AuditLog log,
            Actor actor,
            Operation<?, ?> operation,
            SortedMap<String, String> details,
            AuditEvent.Outcome outcome,
            String words) {
        log.record(new AuditEvent(
                AuditEvent.Kind.OPERATION, actor, operation.name(), details, outcome, withoutSecret(words)));
    }

    /** What a request asks for, its members by name, without what is secret. */
    static SortedMap<String, String> parameters(Object request) {
        SortedMap<String, String> details = new TreeMap<>();
        add(details, "", JSON.valueToTree(request));
        return details;
    }

    private static void add(SortedMap<String, String> details, String path, JsonNode node) {
        if (node.isNull() || details.size() >= MOST) {
            return;
        }
        if (node.isObject()) {
            node.properties().forEach(member -> {
                String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
                if (SECRET.matcher(member.getKey().toLowerCase(Locale.ROOT)).find()) {
                    if (!member.getValue().isNull()
                            && !member.getValue().asText("-").isEmpty()) {
                        details.put(name, "(not noted)");
                    }
                } else {
                    add(details, name, member.getValue());
                }
            });
        } else if (node.isArray()) {
            if (node.size() > 0 && node.get(0).isObject()) {
                for (int i = 0; i < node.size(); i++) {
                    add(details, path + "." + i, node.get(i));
                }
            } else if (node.size() > 0) {
                details.put(path, withoutSecret(node.toString()));
            }
        } else if (!node.asText().isEmpty()) {
            details.put(path, withoutSecret(node.asText()));
        }
    }

    /** Addresses of accounts can carry a password: {@code imaps://anna:secret@host/}. */
    private static String withoutSecret(String text) {
        return URI_SECRET.matcher(text).replaceAll("$1:(not noted)@");
    }
}
