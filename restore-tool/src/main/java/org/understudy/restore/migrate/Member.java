package org.understudy.restore.migrate;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One user of a migration.
 *
 * @param user name here, lower case
 * @param oldLogin name on the old side
 * @param place another host ({@code host:port}) or Maildir than the cluster's, or empty
 * @param domain of the reseller or white label that the user came by, or empty
 * @param wave users of one wave are cut over together; from 1
 * @param why what keeps the user from going on, or empty
 * @param round the last one that ended, or null
 * @param fullAt when all mail was here first, or null
 * @param cutOverAt when the user was cut over, or null
 * @param proof the last comparison of both sides, or null
 */
public record Member(
        String user,
        String oldLogin,
        String place,
        String domain,
        int wave,
        MemberState state,
        String why,
        @Nullable Round round,
        @Nullable Instant fullAt,
        @Nullable Instant cutOverAt,
        EqualityProof.@Nullable Summary proof) {
    public Member {
        place = Objects.requireNonNullElse(place, "");
        domain = Objects.requireNonNullElse(domain, "");
        why = Objects.requireNonNullElse(why, "");
    }

    static Member waiting(String user, String oldLogin, String place, String domain, int wave) {
        return new Member(user, oldLogin, place, domain, wave, MemberState.WAITING, "", null, null, null, null);
    }

    int rounds() {
        return round == null ? 0 : round.number();
    }

    Member to(MemberState next, String reason) {
        return new Member(user, oldLogin, place, domain, wave, next, reason, round, fullAt, cutOverAt, proof);
    }

    Member after(Round done) {
        return new Member(
                user,
                oldLogin,
                place,
                domain,
                wave,
                MemberState.MAIL,
                "",
                done,
                fullAt == null ? done.at() : fullAt,
                cutOverAt,
                proof);
    }

    Member proven(EqualityProof.Summary summary) {
        return new Member(user, oldLogin, place, domain, wave, state, why, round, fullAt, cutOverAt, summary);
    }

    Member cutOver(Instant at) {
        return new Member(user, oldLogin, place, domain, wave, MemberState.CUT_OVER, "", round, fullAt, at, proof);
    }

    Member aborted() {
        return new Member(user, oldLogin, place, domain, wave, MemberState.ABORTED, "", null, null, null, null);
    }
}
