package org.understudy.restore.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailDateTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Fri, 21 Nov 1997 09:55:06 -0600 | 1997-11-21T15:55:06Z",
                "21 Nov 97 09:55 GMT | 1997-11-21T09:55:00Z",
                "Mon, 3 Sep 2001 07:10:05 -0700 (PDT) | 2001-09-03T14:10:05Z",
                "Sat Sep  4 16:53:59 1999 | 1999-09-04T16:53:59Z",
                "Tue, 01-Jul-2003 10:52:37 EST | 2003-07-01T15:52:37Z",
                "Thu, 13 Feb 1969 23:32 -0330 | 1969-02-14T03:02:00Z",
                "Wed,09 Jan 2002 04:00:00 +0900 | 2002-01-08T19:00:00Z",
                "1 Jan 102 00:00:00 +0000 | 2002-01-01T00:00:00Z",
                "Mon, 1 Dec 2003 24:00:00 +0000 | 2003-12-01T23:00:00Z",
                "Sun, 31 Dec 2000 23:59:60 +0000 | 2000-12-31T23:59:59Z",
            })
    void readsDatesAsMailHasThem(String text, Instant instant) {
        assertThat(MailDate.read(text)).isEqualTo(instant);
    }

    @Test
    void whatNamesNoInstantIsNull() {
        assertThat(MailDate.read("")).isNull();
        assertThat(MailDate.read("yesterday")).isNull();
        assertThat(MailDate.read("31 Feb 2003 10:00:00 +0000")).isNull();
        assertThat(MailDate.read("Fri, Nov")).isNull();
    }
}
