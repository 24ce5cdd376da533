package org.understudy.storage.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the files beside the database to docs/on-disk-format-guard.md. */
class GuardBytesTest {
    private static final UUID STORE = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
    private static final String STORE_HEX = "00112233445566778899aabbccddeeff";
    private static final Instant TIME = Instant.ofEpochMilli(0x0102030405L);

    @TempDir
    Path temp;

    @Test
    void header() {
        assertThat(hex(new StoreHeader(1, STORE, TIME).encode()))
                .isEqualTo("554e4453544f5245" + "00000001" + "00000020" + STORE_HEX + "0000000102030405"
                        + "0000000000000000" + "0df58760");
    }

    @Test
    void guard() {
        GuardRecord record = new GuardRecord(
                7,
                GuardRecord.State.CLEAN,
                TIME,
                STORE,
                "id",
                360,
                "MANIFEST-000005",
                1624,
                new TreeSet<>(Set.of("b", "a")),
                new TreeMap<>(Map.of("000012.sst", 300L)));
        String body = "0000000000000007" + "02" + "0000000102030405" + STORE_HEX + "00026964" + "0000000000000168"
                + "000f4d414e49464553542d303030303035" + "0000000000000658" + "00000002" + "000161" + "000162"
                + "00000001" + "000a3030303031322e737374" + "000000000000012c";
        assertThat(hex(record.encode()))
                .isEqualTo(
                        "554e444755415244" + "00000001" + String.format("%08x", body.length() / 2) + body + "324a19c9");
        assertThat(Frame.decode(GuardRecord.MAGIC, record.encode()))
                .isInstanceOfSatisfying(
                        Frame.Sound.class,
                        sound -> assertThat(GuardRecord.decode(sound.body())).isEqualTo(record));
    }

    @Test
    void witness() throws IOException {
        try (WitnessFile witness = WitnessFile.open(temp, STORE, 1)) {
            witness.raise(0x123456);
        }
        byte[] bytes = Files.readAllBytes(temp.resolve("WITNESS"));
        assertThat(bytes).hasSize(8192);
        assertThat(hex(Arrays.copyOf(bytes, 44)))
                .isEqualTo("554e445749544e53" + "00000001" + "00000018" + STORE_HEX + "0000000000123456" + "0bfc6fa0");
        assertThat(bytes[4096]).isEqualTo((byte) 'U');
        assertThat(WitnessFile.read(temp, STORE)).isEqualTo(OptionalLong.of(0x123456));
        assertThat(WitnessFile.read(temp, UUID.randomUUID())).isEmpty();
    }

    @Test
    void theChecksumIsCrc32c() {
        // RFC 3720 section B.4: 32 octets of zero have the checksum aa 36 91 8a, least significant octet first.
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(new byte[32]);
        assertThat(crc.getValue()).isEqualTo(0x8a9136aaL);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
