package org.understudy.restore.repository.backend.encrypted;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.BackendContract;
import org.understudy.restore.repository.backend.DamagedFileException;
import org.understudy.restore.repository.backend.DirectoryBackend;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class EncryptedDirectoryTest extends BackendContract {
    private Path folder() {
        return root.resolve("repository");
    }

    private Path keyFile() {
        return root.resolve("master.key");
    }

    private EncryptedBackend open(Path keyFile) {
        return new EncryptedBackend(new DirectoryBackend(folder()), keyFile, Clock.systemUTC());
    }

    @Override
    protected EncryptedBackend open() {
        if (!Files.exists(keyFile())) {
            MasterKey.make(keyFile());
        }
        return open(keyFile());
    }

    private Path stored(String name) throws IOException {
        return folder().resolve(open().keys().find().orElseThrow().sealName(name));
    }

    @Override
    protected void flip(String name, long offset) throws Exception {
        flip(stored(name), offset);
    }

    private static void flip(Path file, long offset) throws IOException {
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile stored = new RandomAccessFile(file.toFile(), "rw")) {
            stored.seek(offset);
            int was = stored.read();
            stored.seek(offset);
            stored.write(was ^ 1);
        }
    }

    @Override
    protected void cut(String name, long size) throws Exception {
        Path file = stored(name);
        assertThat(file.toFile().setWritable(true)).isTrue();
        try (RandomAccessFile stored = new RandomAccessFile(file.toFile(), "rw")) {
            stored.setLength(size);
        }
    }

    @Test
    void nothingOfAContentNorItsDigestLiesThereInTheClear() throws Exception {
        byte[] text = "Subject: the very secret meeting\r\n".repeat(5000).getBytes(StandardCharsets.US_ASCII);
        Backend backend = open();
        backend.put(objectName(text), text, Existing.REPLACE);
        backend.put("snapshots/one.json", text, Existing.REPLACE);
        String digest = Durable.digest(text).toString();
        try (Stream<Path> files = Files.walk(folder())) {
            for (Path file : files.toList()) {
                assertThat(file.toString()).doesNotContain(digest);
                assertThat(file.getFileName().toString()).isNotEqualTo(digest.substring(0, 2));
                if (Files.isRegularFile(file)) {
                    String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
                    assertThat(bytes).doesNotContain("secret meeting").doesNotContain(digest);
                }
            }
        }
        assertThat(backend.read("snapshots/one.json")).isEqualTo(text);
    }

    @Test
    void twoFilesCannotBeSwapped() throws Exception {
        Backend backend = open();
        backend.put("snapshots/a.json", noise(1000, 1), Existing.REPLACE);
        backend.put("snapshots/b.json", noise(1000, 2), Existing.REPLACE);
        Files.copy(stored("snapshots/a.json"), stored("snapshots/b.json"), StandardCopyOption.REPLACE_EXISTING);
        assertThat(catchThrowable(() -> backend.read("snapshots/b.json")))
                .isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("b.json is damaged");
    }

    @Test
    void chunksCannotBeMovedOrLeftOut() throws Exception {
        Backend backend = open();
        backend.put("logs/a", noise(4 * 65_536, 1), Existing.REPLACE);
        Path file = stored("logs/a");
        byte[] whole = Files.readAllBytes(file);
        int chunk = 65_536 + 28;
        byte[] swapped = whole.clone();
        System.arraycopy(whole, 40, swapped, 40 + chunk, chunk);
        System.arraycopy(whole, 40 + chunk, swapped, 40, chunk);
        byte[] shorter = Arrays.copyOf(whole, 40 + 3 * chunk);
        byte[] middle = Arrays.copyOf(whole, 40 + 3 * chunk);
        System.arraycopy(whole, 40 + 2 * chunk, middle, 40 + chunk, 2 * chunk);
        byte[] longer = Arrays.copyOf(whole, 40 + 5 * chunk);
        System.arraycopy(whole, 40 + 3 * chunk, longer, 40 + 4 * chunk, chunk);
        assertThat(file.toFile().setWritable(true)).isTrue();
        for (byte[] changed : List.of(swapped, shorter, middle, longer)) {
            Files.write(file, changed);
            assertThat(catchThrowable(() -> backend.read("logs/a"))).isInstanceOf(DamagedFileException.class);
        }
        Files.write(file, whole);
        assertThat(backend.read("logs/a")).isEqualTo(noise(4 * 65_536, 1));
    }

    @Test
    void whatIsLeftOfADamagedFileCanBeSaved() throws Exception {
        byte[] bytes = noise(5 * 65_536 + 9, 1);
        Backend backend = open();
        backend.put("logs/a", bytes, Existing.REPLACE);
        flip("logs/a", 40 + 2 * (65_536 + 28) + 100);
        try (InputStream in = backend.openTolerant("logs/a")) {
            byte[] saved = in.readAllBytes();
            byte[] expected = bytes.clone();
            Arrays.fill(expected, 2 * 65_536, 3 * 65_536, (byte) 0);
            assertThat(saved).isEqualTo(expected);
        }
    }

    /** The very bytes, so that another program, or a later version, can be held against them. */
    @Test
    void sealsAsTheFormatSays() throws Exception {
        byte[] key = new byte[32];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) i;
        }
        DataKey data = new DataKey(key);
        byte[] text = "Hello, world.\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] salt = data.salt("snapshots/x.json", Durable.digest(text), text.length);
        SealedFormat format = SealedFormat.write(data, "snapshots/x.json", salt);
        String name = data.sealName("objects/00/" + "00".repeat(32));
        assertThat(HexFormat.of().formatHex(format.header()) + " "
                        + HexFormat.of().formatHex(format.seal(0, true, text, text.length)) + " " + name)
                .isEqualTo(GOLDEN);
        assertThat(data.openName(name)).hasValue("objects/00/" + "00".repeat(32));
        assertThat(data.openName(name.substring(0, name.length() - 1) + (name.endsWith("0") ? "1" : "0")))
                .isEmpty();
    }

    private static final String GOLDEN =
            "55534546010000005c96bf02075db9a073256dc802ec4486efeea50190e920f03242619f3d83af33"
                    + " d6f427de0f15717f98b0c1e640ae1ae9aec30c7173eb5151300efe6e3b2ab7591898978aae34bee2ba6520"
                    + " objects/68/680a8b2a841be35a44ddff687c7211ce04b5a5922be064da7d7cb8be1c3439b0d6d384ae2bd9456d3dfeedf2c8b209dc";

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65_535, 65_536, 65_537, 131_072, 10_000_000_000L})
    void sizesAreKnownWithoutReading(long size) {
        assertThat(SealedFormat.textSize(SealedFormat.sealedSize(size))).isEqualTo(size);
    }

    private OperatorException refused(Path keyFile) {
        return (OperatorException) catchThrowable(() -> open(keyFile).size("format.json"));
    }

    @Test
    void aWrongOrMissingKeyIsSaidWithTheIdsThatWouldDo() throws Exception {
        open();
        String right = MasterKey.read(keyFile()).id();
        open().put("format.json", noise(10, 1), Existing.REFUSE);
        Path other = root.resolve("other.key");
        String wrong = MasterKey.make(other).id();
        assertThat(refused(other).reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(refused(other))
                .hasMessageContaining(right)
                .hasMessageContaining(wrong)
                .hasMessageContaining("other.key");
        assertThat(refused(root.resolve("none.key")).reason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(refused(root.resolve("none.key")))
                .hasMessageContaining(right)
                .hasMessageContaining("none.key");
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(refused(other).reason()).isEqualTo(Reason.PERMISSION);
        String text = Files.readString(keyFile());
        Path mistyped = root.resolve("mistyped.key");
        int at = text.indexOf("key = ") + 10;
        Files.writeString(
                mistyped, text.substring(0, at) + (text.charAt(at) == 'A' ? 'B' : 'A') + text.substring(at + 1));
        Files.setPosixFilePermissions(mistyped, PosixFilePermissions.fromString("rw-------"));
        assertThat(refused(mistyped).reason()).isEqualTo(Reason.CONFIG);
        assertThat(refused(mistyped)).hasMessageContaining("was changed");
        for (Path file : List.of(other, mistyped)) {
            String secret = Files.readString(file)
                    .lines()
                    .filter(line -> line.startsWith("key = "))
                    .findFirst()
                    .orElseThrow()
                    .substring(6);
            assertThat(refused(file).getMessage() + refused(file).hint()).doesNotContain(secret);
        }
        assertThat(KeyRing.expectedKeys(new DirectoryBackend(folder()))).containsExactly(right);
    }

    @Test
    void keysAreAddedAndTakenAwayWithoutTouchingWhatIsSealed() throws Exception {
        EncryptedBackend backend = open();
        backend.put("format.json", noise(10, 1), Existing.REFUSE);
        byte[] before = Files.readAllBytes(stored("format.json"));
        Path next = root.resolve("next.key");
        MasterKey fresh = MasterKey.make(next);
        String old = MasterKey.read(keyFile()).id();
        backend.keys().add(fresh);
        assertThat(open(next).read("format.json")).isEqualTo(noise(10, 1));
        assertThat(open().read("format.json")).isEqualTo(noise(10, 1));
        assertThat(open(next).keys().list()).extracting(KeyRing.Listed::id).containsExactly(old, fresh.id());
        open(next).keys().remove(old);
        assertThat(refused(keyFile()).reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(open(next).read("format.json")).isEqualTo(noise(10, 1));
        assertThat(((OperatorException) catchThrowable(() -> open(next).keys().remove(fresh.id()))).reason())
                .isEqualTo(Reason.CONFLICT);
        assertThat(((OperatorException) catchThrowable(() -> open(next).keys().remove(old))).reason())
                .isEqualTo(Reason.NOT_FOUND);
        assertThat(Files.readAllBytes(folder().resolve("format.json"))).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"encryption.json", "encryption-copy.json"})
    void eitherTableSuffices(String lost) throws Exception {
        open().put("format.json", noise(10, 1), Existing.REFUSE);
        Files.delete(folder().resolve(lost));
        assertThat(open().read("format.json")).isEqualTo(noise(10, 1));
        Files.writeString(folder().resolve(lost), "{ not json");
        assertThat(open().read("format.json")).isEqualTo(noise(10, 1));
    }

    @Test
    void withoutBothTablesNothingIsBegunAnew() throws Exception {
        open().put("format.json", noise(10, 1), Existing.REFUSE);
        Files.delete(folder().resolve("encryption.json"));
        Files.delete(folder().resolve("encryption-copy.json"));
        assertThat(refused(keyFile())).hasMessageContaining("is not encrypted").hasMessageContaining("encryption.json");
        assertThat(((OperatorException) catchThrowable(() -> open().put("x", noise(1, 1), Existing.REFUSE))).reason())
                .isEqualTo(Reason.REPOSITORY);
    }

    @Test
    void aKeyFileIsNeverWrittenOverAndIsForItsOwnerAlone() throws Exception {
        open();
        assertThat(((OperatorException) catchThrowable(() -> MasterKey.make(keyFile()))).reason())
                .isEqualTo(Reason.CONFLICT);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
        assertThat(MasterKey.read(keyFile()).id()).matches("[0-9a-f]{16}");
    }
}
