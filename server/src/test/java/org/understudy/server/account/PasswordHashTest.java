package org.understudy.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.server.config.Configuration.HashCost;
import org.understudy.server.config.DataSize;
import org.understudy.storage.OperatorException;

class PasswordHashTest {
    /** From the test suite of the reference implementation (P-H-C/phc-winner-argon2): m=64 MiB, t=2, p=1. */
    private static final String REFERENCE =
            "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

    private final PasswordHash cheap = hashes(1024, 1);

    private static PasswordHash hashes(int kibibytes, int passes) {
        return new PasswordHash(new HashCost(DataSize.ofKibibytes(kibibytes), passes, 1), new SecureRandom());
    }

    @Test
    void makesTheReferenceHash() {
        byte[] password = "password".getBytes(StandardCharsets.US_ASCII);
        byte[] salt = "somesalt".getBytes(StandardCharsets.US_ASCII);
        assertThat(Argon2Hash.compute(password, 65_536, 2, 1, salt, 32).toPhc()).isEqualTo(REFERENCE);
    }

    @Test
    void verifiesTheReferenceHashAndNoOtherPassword() {
        assertThat(cheap.verify(REFERENCE, "password")).isTrue();
        assertThat(cheap.verify(REFERENCE, "Password")).isFalse();
        assertThat(cheap.verify(REFERENCE, "")).isFalse();
    }

    @Test
    void newHashesNameTheCostAndHaveASaltOfTheirOwn() {
        String one = hashes(19_456, 2).hash("pässword".toCharArray());
        String two = hashes(19_456, 2).hash("pässword".toCharArray());
        assertThat(one).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(one).isNotEqualTo(two);
        assertThat(cheap.verify(one, "pässword")).isTrue();
        assertThat(cheap.verify(one, "pa\u0308ssword"))
                .as("the same letter, composed otherwise")
                .isTrue();
    }

    @Test
    void aHashOfAnotherCostIsOutdated() {
        String phc = cheap.hash("x".toCharArray());
        assertThat(cheap.outdated(phc)).isFalse();
        assertThat(hashes(2048, 1).outdated(phc)).isTrue();
        assertThat(hashes(1024, 2).outdated(phc)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=0,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "$argon2id$v=19$m=65536,t=2,p=1$c2FsdA$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
            })
    void otherTextIsNoHash(String text) {
        assertThat(PasswordHash.isHash(text)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two\nlines", "nul\u0000"})
    void passwordsThatCannotBeTypedAreRefused(String password) {
        assertThatThrownBy(() -> cheap.hash(password.toCharArray())).isInstanceOf(OperatorException.class);
    }
}
