package org.understudy.server.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.server.account.UserOperations;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class AuditedWorkTest {
    private final List<AuditEvent> events = new ArrayList<>();
    private final AuditLog log = new AuditLog() {
        @Override
        public void record(AuditEvent event) {
            events.add(event);
        }

        @Override
        public AuditStatus status() {
            return AuditStatus.OFF;
        }
    };

    /** Fails where the word is "bad". */
    private record Work() implements Operation<UserOperations.Named, String> {
        @Override
        public String name() {
            return "test.work";
        }

        @Override
        public Class<UserOperations.Named> requestType() {
            return UserOperations.Named.class;
        }

        @Override
        public Class<String> resultType() {
            return String.class;
        }

        @Override
        public String run(UserOperations.Named request, Workplace workplace, Progress progress) {
            if (request.user().equals("bad")) {
                throw new OperatorException(Reason.NOT_FOUND, "none at imaps://anna:hidden@old.example.org/", "look");
            }
            return "done";
        }
    }

    private String run(String word) throws InterruptedException {
        return AuditedWork.run(
                log, Actor.ofProcess(), new Work(), new UserOperations.Named(word), null, Progress.SILENT);
    }

    @Test
    void beginAndEndAreNoted() throws InterruptedException {
        assertThat(run("anna")).isEqualTo("done");
        assertThat(events)
                .extracting(AuditEvent::outcome)
                .containsExactly(AuditEvent.Outcome.BEGUN, AuditEvent.Outcome.DONE);
        assertThat(events.getFirst().action()).isEqualTo("test.work");
        assertThat(events.getFirst().details()).isEqualTo(Map.of("user", "anna"));
        assertThat(events.getFirst().actor().name()).isEqualTo("os:" + System.getProperty("user.name"));
    }

    @Test
    void failureIsNotedAndThrown() {
        assertThatThrownBy(() -> run("bad")).isInstanceOf(OperatorException.class);
        assertThat(events.getLast().outcome()).isEqualTo(AuditEvent.Outcome.FAILED);
        assertThat(events.getLast().words()).isEqualTo("NOT_FOUND: none at imaps://anna:(not noted)@old.example.org/");
    }

    @Test
    void secretsAreNotNoted() {
        assertThat(AuditedWork.parameters(new UserOperations.Credentials("anna", "$argon2id$hidden", "SCRAM$hidden")))
                .isEqualTo(Map.of("user", "anna", "passwordHash", "(not noted)", "scramKeys", "(not noted)"));
        record Place(String source, List<String> users, List<String> none) {}
        assertThat(AuditedWork.parameters(
                        new Place("imaps://anna:hidden@old.example.org/", List.of("anna", "bert"), List.of())))
                .isEqualTo(
                        Map.of("source", "imaps://anna:(not noted)@old.example.org/", "users", "[\"anna\",\"bert\"]"));
    }

    /** A new member of a request that might be secret has to be looked at here. */
    @Test
    void everySecretOfEveryRequestIsKnown() {
        List<Operation<?, ?>> all = new ArrayList<>(UserOperations.all());
        all.addAll(RestoreOperations.all());
        TreeSet<String> suspicious = new TreeSet<>();
        for (Operation<?, ?> operation : all) {
            collect(operation.name(), operation.requestType(), suspicious);
        }
        assertThat(suspicious)
                .containsExactlyInAnyOrder(
                        "cohort.approve.hash",
                        "cohort.approve.password",
                        "migrate.new.cluster.passwordFile",
                        "restore.approve.hash",
                        "restore.approve.password",
                        "user.add.passwordHash",
                        "user.add.scramKeys",
                        "user.passwd.passwordHash",
                        "user.passwd.scramKeys");
    }

    private static void collect(String path, Class<?> type, TreeSet<String> into) {
        if (!type.isRecord()) {
            return;
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = path + "." + component.getName();
            if (component
                            .getName()
                            .toLowerCase(Locale.ROOT)
                            .matches(".*(pass|secret|key|token|scram|credential|hash|pin|code).*")
                    || component.getType() == char[].class
                    || component.getType() == byte[].class) {
                into.add(name);
            }
            collect(name, component.getType(), into);
        }
    }
}
