package org.understudy.restore.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Ids of POP3 as other servers make them. */
final class OldIdsTest {
    @ParameterizedTest
    @CsvSource({
        "%08Xu%08Xv, 0000002a65f0a1b2",
        "%v.%u, 1710268850.42",
        "UID%u-%v, UID42-1710268850",
        "%u, 42",
        "%04u, 0042",
        "%Xu, 2a",
        "%%%u, %42"
    })
    void areMadeOfUidAndUidValidity(String format, String id) {
        assertThat(OldIds.of(format).id(42, 0x65f0a1b2L)).isEqualTo(id);
    }

    @Test
    void areUnknownWhereNobodySaysHowTheyAreMade() {
        assertThat(OldIds.of(null).known()).isFalse();
        assertThat(OldIds.of("none").known()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%f", "%g", "%v", "", "constant", "%u%m", "%u%"})
    void whatCannotBeToldIsRefusedInWords(String format) {
        assertThatThrownBy(() -> OldIds.of(format)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.USAGE);
            assertThat(e.hint()).contains("pop3_uidl_format", "none");
        });
    }

    @Test
    void areReadFromDovecotsList(@TempDir Path maildir) throws Exception {
        assertThat(OldIds.noted(maildir)).isEmpty();
        Files.writeString(
                maildir.resolve("dovecot-uidlist"),
                "3 V1710268850 N5 Gabc\n1 W40 :1.M1.mx,S=38\n2 PUID7-99 W40 :2.Pnone.mx\n4 Plast :4.mx\n");
        assertThat(OldIds.noted(maildir)).isEqualTo(Map.of(2L, "UID7-99", 4L, "last"));
    }
}
