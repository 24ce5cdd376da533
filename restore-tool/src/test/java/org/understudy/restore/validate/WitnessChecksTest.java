package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.understudy.restore.validate.SampleMail.PLAIN;
import static org.understudy.restore.validate.SampleMail.bytes;
import static org.understudy.restore.validate.SampleMail.of;
import static org.understudy.restore.validate.SampleMail.validate;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.storage.keyspace.Flags;

/** What a source says of a message beside its bytes, right and wrong. */
class WitnessChecksTest {
    private static final String CRLF = PLAIN.replace("\n", "\r\n");

    @Test
    void rfc822SizeIsOfTheFormWithCrlf() {
        Witness right = new Witness.Rfc822Size(CRLF.length(), "imap.example.net");
        assertThat(of("rfc822-size", validate(PLAIN, right))).containsExactly(Strength.SUPPORT);
        assertThat(of("rfc822-size", validate(CRLF, right))).containsExactly(Strength.SUPPORT);
        assertThat(of("rfc822-size", validate(PLAIN, new Witness.Rfc822Size(PLAIN.length(), "old server"))))
                .containsExactly(Strength.NOTE);
        Validation longer = validate(PLAIN + "more\n", right);
        assertThat(of("rfc822-size", longer)).containsExactly(Strength.DOUBT);
        assertThat(longer.verdict()).isEqualTo(Verdict.SUSPECT);
        Validation cut = validate(PLAIN.substring(0, PLAIN.length() - 5), right);
        assertThat(of("rfc822-size", cut)).containsExactly(Strength.CONTRADICTION);
        assertThat(cut.verdict()).isEqualTo(Verdict.DAMAGED);
    }

    @Test
    void aGuidThatIsADigestTellsAnyChange() throws Exception {
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes(CRLF)));
        Witness guid = new Witness.ContentGuid(sha1, "cyrus.index");
        for (String same : new String[] {PLAIN, CRLF}) {
            Validation whole = validate(same, guid);
            assertThat(of("index-guid", whole)).containsExactly(Strength.SUPPORT);
            assertThat(whole.verdict()).isEqualTo(Verdict.CONSISTENT);
        }
        Validation changed = validate(PLAIN.replace("One", "Ome"), guid);
        assertThat(of("index-guid", changed)).containsExactly(Strength.CONTRADICTION);
        assertThat(changed.verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(validate(PLAIN.stripTrailing(), guid).verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(of("index-guid", validate(PLAIN))).isEmpty();
        assertThatThrownBy(() -> new Witness.ContentGuid("1686621784.M1P1.src", "dovecot-uidlist"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFileThatTheListDoesNotNameIsNotedAndStaysConsistent() {
        Validation validation = validate(PLAIN, new Witness.NotListed("dovecot-uidlist", false));
        assertThat(of("uid-list", validation)).containsExactly(Strength.NOTE);
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(of("uid-list", validate(PLAIN))).isEmpty();
    }

    @Test
    void contentLengthIsOfTheBodyAndMayBeStale() {
        int body = "One line.\nAnother line.\n".length();
        String right = "Content-Length: " + body + "\n" + PLAIN;
        assertThat(of("content-length", validate(right))).containsExactly(Strength.SUPPORT);
        assertThat(of("content-length", validate(right.replace("\n", "\r\n")))).containsExactly(Strength.SUPPORT);
        assertThat(of("content-length", validate("Content-Length: " + (body + 1) + "\n" + PLAIN)))
                .as("an mbox's empty line counted")
                .containsExactly(Strength.SUPPORT);
        Validation stale = validate("Content-Length: 9000\n" + PLAIN);
        assertThat(of("content-length", stale)).containsExactly(Strength.NOTE);
        assertThat(stale.verdict()).isEqualTo(Verdict.CONSISTENT);
        Validation cut = validate(right.substring(0, right.length() - 4));
        assertThat(of("content-length", cut)).containsExactly(Strength.DOUBT);
        assertThat(cut.verdict()).isEqualTo(Verdict.SUSPECT);
        assertThat(of("content-length", validate("Content-Length: many\n" + PLAIN)))
                .containsExactly(Strength.NOTE);
    }

    @Test
    void flagsThatTheIndexHasAndTheNameLacksAreNoted() {
        Witness index = new Witness.IndexFlags(Flags.of(Flags.SEEN | Flags.ANSWERED, Set.of()), "Dovecot's index");
        Validation validation = validate(PLAIN, index);
        assertThat(validation.findings())
                .filteredOn(finding -> finding.check().equals("index-flags"))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.strength()).isEqualTo(Strength.NOTE);
                    assertThat(finding.what()).isEqualTo("Dovecot's index has Answered, Seen, which the name lacks");
                });
        assertThat(validation.verdict()).isEqualTo(Verdict.CONSISTENT);
        assertThat(of("index-flags", validate(PLAIN, new Witness.IndexFlags(Flags.NONE, "index"))))
                .isEmpty();
    }

    @Test
    void everyKindOfWitnessIsKeptByTheJournal() {
        for (Witness witness : new Witness[] {
            new Witness.Rfc822Size(7, "server"),
            new Witness.ContentGuid("0".repeat(40), "index"),
            new Witness.NotListed("dovecot-uidlist", true),
            new Witness.IndexFlags(Flags.NONE.with(Flags.SEEN), "index")
        }) {
            assertThat(RestoreJson.read(RestoreJson.write(witness), Witness.class))
                    .isEqualTo(witness);
        }
    }
}
