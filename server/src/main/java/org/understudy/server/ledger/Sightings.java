package org.understudy.server.ledger;

/** Who is told of connections. No method waits. */
public interface Sightings {
    /** Nobody. */
    Sightings NONE = new Sightings() {
        @Override
        public void seen(Facts facts) {}

        @Override
        public void known(Facts before, Facts now) {}

        @Override
        public void again(Facts facts) {}
    };

    /** A connection is counted. */
    void seen(Facts facts);

    /** More is known of a connection that was counted. */
    void known(Facts before, Facts now);

    /** A connection that was counted is still there, or was until now. */
    void again(Facts facts);
}
