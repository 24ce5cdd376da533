package org.understudy.server.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.understudy.server.imap.sasl.Mechanisms;

/**
 * What a session announces in its present state (RFC 9051 section 6.1.1): exactly what works. To announce something, add a
 * line to the table here and a probe to CapabilityProbesTest, which fails on either without the other.
 *
 * <p>IMAP4rev2 is not announced; docs/imap.md says what lacks.
 */
final class Capabilities {
    private static final String VERSION = "IMAP4rev1";

    private static final List<Line> TABLE = List.of(
            always("ACL"),
            always("BINARY"),
            always("CHILDREN"),
            when("COMPRESS=DEFLATE", session -> session.authenticatedNow() && !session.isCompressionActive()),
            always("CONDSTORE"),
            always("CREATE-SPECIAL-USE"),
            always("ENABLE"),
            always("ESEARCH"),
            always("ESORT"),
            always("I18NLEVEL=1"),
            always("ID"),
            always("IDLE"),
            always("LIST-EXTENDED"),
            always("LIST-METADATA"),
            always("LIST-MYRIGHTS"),
            always("LIST-STATUS"),
            always("LITERAL+"),
            when("LOGINDISABLED", session -> !session.authenticatedNow() && session.isPlainAuthDisallowed()),
            always("METADATA"),
            always("MOVE"),
            always("MULTIAPPEND"),
            always("NAMESPACE"),
            always("OBJECTID"),
            always("QRESYNC"),
            always("QUOTA"),
            always("QUOTA=RES-MESSAGE"),
            always("QUOTA=RES-STORAGE"),
            always("REPLACE"),
            always("RIGHTS=texk"),
            when("SASL-IR", session -> !session.authenticatedNow() && !session.isPlainAuthDisallowed()),
            always("SAVEDATE"),
            always("SEARCHRES"),
            always("SORT"),
            always("SORT=DISPLAY"),
            always("SPECIAL-USE"),
            when("STARTTLS", session -> !session.authenticatedNow() && session.supportStartTLS()),
            always("STATUS=SIZE"),
            always("THREAD=ORDEREDSUBJECT"),
            always("THREAD=REFERENCES"),
            always("UIDPLUS"),
            always("UNSELECT"),
            always("UTF8=ACCEPT"),
            always("WITHIN"));

    private record Line(String name, Predicate<ConnectionSession> works) {}

    private final Mechanisms mechanisms;
    private final long appendLimit;
    private final ConnectionSession session;

    /** @param appendLimit the largest message that a client may send, in octets (RFC 7889) */
    Capabilities(Mechanisms mechanisms, long appendLimit, ConnectionSession session) {
        this.mechanisms = mechanisms;
        this.appendLimit = appendLimit;
        this.session = session;
    }

    private static Line always(String name) {
        return new Line(name, session -> true);
    }

    private static Line when(String name, Predicate<ConnectionSession> works) {
        return new Line(name, works);
    }

    /** The capabilities in one line: the protocol version first, the others in alphabetical order. */
    String line() {
        List<String> names = new ArrayList<>();
        names.add("APPENDLIMIT=" + appendLimit);
        for (Line line : TABLE) {
            if (line.works().test(session)) {
                names.add(line.name());
            }
        }
        if (!session.authenticatedNow()) {
            names.addAll(mechanisms.capabilities(session));
        }
        names.sort(null);
        return VERSION + " " + String.join(" ", names);
    }
}
