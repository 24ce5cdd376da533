package org.understudy.restore.validate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetsTest {
    @Test
    void eachOctetIsOfItsKindWhereverItStands() {
        byte[] letters = new byte[70];
        java.util.Arrays.fill(letters, (byte) 'Q');
        assertThat(Octets.kinds(letters, 0, letters.length)).isZero();
        for (int octet = 0; octet < 256; octet++) {
            for (int length = 1; length < 12; length++) {
                for (int at = 0; at < length; at++) {
                    byte[] line = java.util.Arrays.copyOf(letters, 40);
                    line[3 + at] = (byte) octet;
                    assertThat(Octets.kinds(line, 3, 3 + length))
                            .as("octet %d at %d of %d", octet, at, length)
                            .isEqualTo(kind(octet));
                    assertThat(Octets.kinds(line, 3 + length, 40)).isZero();
                }
            }
        }
    }

    @Test
    void kindsOfALineAreThoseOfItsOctets() {
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            byte[] line = new byte[random.nextInt(100)];
            random.nextBytes(line);
            int expected = 0;
            for (byte b : line) {
                expected |= kind(b & 0xFF);
            }
            assertThat(Octets.kinds(line, 0, line.length)).isEqualTo(expected);
        }
    }

    private static int kind(int octet) {
        return switch (octet) {
            case ' ' -> Octets.BLANK;
            case '\t' -> Octets.BLANK | Octets.CONTROL;
            case ':' -> Octets.COLON;
            case '=' -> Octets.EQUALS;
            case '+', '/' -> 0;
            default ->
                octet >= 0x80
                        ? Octets.HIGH
                        : octet < ' ' || octet == 0x7F
                                ? Octets.CONTROL
                                : Character.isLetterOrDigit(octet) ? 0 : Octets.OTHER;
        };
    }
}
