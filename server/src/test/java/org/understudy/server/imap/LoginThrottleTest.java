package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Waiting times after failed logins, by a clock that the test moves. */
final class LoginThrottleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private long now;
    private final LoginThrottle throttle = new LoginThrottle(true, SECOND, () -> now);

    @Test
    void firstFailuresCostNothingAndFurtherOnesEverMore() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 3; i++) {
            assertThat(throttle.failed(address, "")).isZero();
        }
        assertThat(throttle.before(address)).isZero();
        assertThat(throttle.failed(address, "")).isEqualTo(SECOND);
        assertThat(throttle.failed(address, "")).isEqualTo(Duration.ofSeconds(2));
        for (int i = 0; i < 10; i++) {
            throttle.failed(address, "");
        }
        assertThat(throttle.failed(address, "")).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void attemptsFromOneAddressTakeTurnsHoweverManyConnectionsItHas() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 5; i++) {
            throttle.failed(address, "");
        }
        assertThat(throttle.before(address)).isZero();
        assertThat(throttle.before(address)).isEqualTo(Duration.ofSeconds(2));
        assertThat(throttle.before(address)).isEqualTo(Duration.ofSeconds(4));
        assertThat(throttle.before(InetAddress.getByName("192.0.2.2"))).isZero();
    }

    @Test
    void userIsGuessedAtSlowlyFromManyAddressesAndNeverLockedOut() throws Exception {
        for (int i = 1; i <= 20; i++) {
            throttle.failed(InetAddress.getByName("192.0.2." + i), "Anna");
        }
        InetAddress another = InetAddress.getByName("192.0.2.99");
        assertThat(throttle.before(another)).isZero();
        assertThat(throttle.failed(another, "anna")).isEqualTo(Duration.ofSeconds(30));
        assertThat(throttle.failed(another, "bert")).isZero();
    }

    @Test
    void loginsThatSucceedMakeUpForSomeThatDidNot() throws Exception {
        InetAddress office = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 20; i++) {
            throttle.failed(office, "");
            throttle.succeeded(office, "user" + i);
        }
        throttle.before(office);
        assertThat(throttle.before(office)).isZero();
    }

    @Test
    void oneAccountMakesUpForFailuresOnceInFiveMinutes() throws Exception {
        InetAddress guesser = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 20; i++) {
            throttle.failed(guesser, "user" + i);
            assertThat(throttle.succeeded(guesser, "mallory")).isZero();
        }
        assertThat(throttle.failed(guesser, "anna")).isEqualTo(Duration.ofSeconds(30));
        throttle.before(guesser);
        assertThat(throttle.before(guesser)).isEqualTo(Duration.ofSeconds(2));
        now += Duration.ofMinutes(60).toNanos();
        throttle.succeeded(guesser, "mallory");
        assertThat(throttle.failed(guesser, "anna")).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void rightPasswordTellsNothingSoonerWhileTheUserIsGuessedAt() throws Exception {
        InetAddress home = InetAddress.getByName("198.51.100.7");
        assertThat(throttle.succeeded(home, "anna")).isZero();
        for (int i = 1; i <= 25; i++) {
            throttle.failed(InetAddress.getByName("192.0." + i + ".1"), "Anna");
        }
        InetAddress guesser = InetAddress.getByName("203.0.113.1");
        assertThat(throttle.failed(guesser, "anna")).isEqualTo(Duration.ofSeconds(30));
        assertThat(throttle.succeeded(guesser, "anna")).isEqualTo(Duration.ofSeconds(30));
        assertThat(throttle.succeeded(home, "anna")).isZero();
        assertThat(throttle.succeeded(guesser, "bert")).isZero();
        now += Duration.ofHours(3).toNanos();
        assertThat(throttle.succeeded(InetAddress.getByName("203.0.113.2"), "anna"))
                .isZero();
    }

    @Test
    void neighboursShareWhatTheyTry() throws Exception {
        for (int i = 1; i <= 30; i++) {
            assertThat(throttle.failed(InetAddress.getByName("192.0.2." + i), "user" + i))
                    .isZero();
        }
        assertThat(throttle.failed(InetAddress.getByName("192.0.2.99"), "x")).isEqualTo(SECOND);
        assertThat(throttle.failed(InetAddress.getByName("192.0.2.98"), "y")).isEqualTo(Duration.ofSeconds(2));
        assertThat(throttle.failed(InetAddress.getByName("192.0.3.99"), "z")).isZero();
        assertThat(throttle.before(InetAddress.getByName("192.0.2.97"))).isZero();
        assertThat(throttle.succeeded(InetAddress.getByName("192.0.2.97"), "w")).isZero();
    }

    @Test
    void turnsAreTwoSecondsApartAtMostAndThisMachineHasNone() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int i = 0; i < 20; i++) {
            throttle.failed(address, "");
            assertThat(throttle.failed(here, "")).isZero();
        }
        throttle.before(address);
        assertThat(throttle.before(address)).isEqualTo(Duration.ofSeconds(2));
        for (int i = 0; i < 100; i++) {
            assertThat(throttle.before(address)).isLessThanOrEqualTo(Duration.ofSeconds(30));
            assertThat(throttle.before(here)).isZero();
        }
    }

    @Test
    void failuresAreForgottenOneByOne() throws Exception {
        InetAddress address = InetAddress.getByName("192.0.2.1");
        for (int i = 0; i < 5; i++) {
            throttle.failed(address, "");
        }
        now += Duration.ofMinutes(10).toNanos();
        assertThat(throttle.before(address)).isZero();
        assertThat(throttle.failed(address, "")).isEqualTo(SECOND);
    }

    @Test
    void networkOfSixtyFourBitsIsOneClient() throws Exception {
        assertThat(LoginThrottle.key(InetAddress.getByName("2001:db8::1")))
                .isEqualTo(LoginThrottle.key(InetAddress.getByName("2001:db8::ffff:2")))
                .isNotEqualTo(LoginThrottle.key(InetAddress.getByName("2001:db8:0:1::1")));
    }
}
