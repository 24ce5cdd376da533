package org.understudy.server.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PreparedTest {
    @Test
    void whatTakesLongIsReadOnceAndBesideThePage() throws Exception {
        Prepared<String> prepared = new Prepared<>();
        CountDownLatch slow = new CountDownLatch(1);
        AtomicInteger reads = new AtomicInteger();
        for (int i = 0; i < 3; i++) {
            assertThat(prepared.get("1", () -> {
                        reads.incrementAndGet();
                        slow.await();
                        return "one";
                    }))
                    .isEmpty();
        }
        slow.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> prepared.get("1", () -> "again").equals(Optional.of("one")));
        assertThat(reads).hasValue(1);
    }

    @Test
    void untilTheNewOneIsThereTheOneBeforeIsShown() throws Exception {
        Prepared<String> prepared = new Prepared<>();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> prepared.get("1", () -> "one").isPresent());
        CountDownLatch slow = new CountDownLatch(1);
        assertThat(prepared.get("2", () -> {
                    slow.await();
                    return "two";
                }))
                .contains("one");
        slow.countDown();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> prepared.get("2", () -> "never").equals(Optional.of("two")));
    }

    @Test
    void whereOnlyTheNewOneWillDoTheOneBeforeIsNotShown() throws Exception {
        Prepared<String> prepared = Prepared.exact();
        await().atMost(Duration.ofSeconds(30))
                .until(() -> prepared.get("1", () -> "one").isPresent());
        CountDownLatch slow = new CountDownLatch(1);
        assertThat(prepared.get("2", () -> {
                    slow.await();
                    return "two";
                }))
                .isEmpty();
        slow.countDown();
        // The reading of the second ends, and is not taken for the third.
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            Optional<String> third = prepared.get("3", () -> "three");
            assertThat(third).isNotEqualTo(Optional.of("two"));
            return third.equals(Optional.of("three"));
        });
    }

    @Test
    void whatCannotBeReadIsSaidAndTriedAgain() {
        Prepared<String> prepared = new Prepared<>();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThatThrownBy(() -> prepared.get("1", () -> {
                            throw new IOException("no disk");
                        }))
                        .isInstanceOf(IOException.class)
                        .hasMessage("no disk"));
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            try {
                return prepared.get("1", () -> "one").isPresent();
            } catch (IOException leftOver) {
                return false;
            }
        });
    }
}
