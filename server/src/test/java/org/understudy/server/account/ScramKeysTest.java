package org.understudy.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The keys against the example of RFC 7677 section 3: user {@code user}, password {@code pencil}. */
final class ScramKeysTest {
    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final byte[] AUTH_MESSAGE = ("n=user,r=rOprNGfwEbeRWgbNEkqO,"
                    + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                    + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROOF = Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

    @Test
    void exampleOfTheRfcIsProvenAndAnswered() {
        ScramKeys keys = ScramKeys.compute("pencil", 4096, SALT);
        assertThat(keys.proven(AUTH_MESSAGE, PROOF)).isTrue();
        assertThat(Base64.getEncoder().encodeToString(keys.serverSignature(AUTH_MESSAGE)))
                .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void anotherPasswordOrMessageIsNotProven() {
        assertThat(ScramKeys.compute("pencils", 4096, SALT).proven(AUTH_MESSAGE, PROOF))
                .isFalse();
        ScramKeys keys = ScramKeys.compute("pencil", 4096, SALT);
        assertThat(keys.proven("another".getBytes(StandardCharsets.US_ASCII), PROOF))
                .isFalse();
        assertThat(keys.proven(AUTH_MESSAGE, new byte[3])).isFalse();
    }

    @Test
    void textIsReadBackAndNothingElseIs() {
        String text = ScramKeys.compute("pencil", 4096, SALT).text();
        assertThat(text)
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
                        + "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
        assertThat(ScramKeys.parse(text).orElseThrow().text()).isEqualTo(text);
        assertThat(ScramKeys.parse(text.replace("4096", "1"))).isEmpty();
        assertThat(ScramKeys.parse("")).isEmpty();
        assertThatThrownBy(() -> ScramKeys.compute("x", 1, SALT)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textsThatLookTheSameAreTheSamePassword() {
        String composed = ScramKeys.compute("r\u00e9sum\u00e9", 4096, SALT).text();
        assertThat(ScramKeys.compute("re\u0301sume\u0301", 4096, SALT).text()).isEqualTo(composed);
        assertThat(ScramKeys.compute("a\u00a0b", 4096, SALT).text())
                .isEqualTo(ScramKeys.compute("a b", 4096, SALT).text());
    }
}
