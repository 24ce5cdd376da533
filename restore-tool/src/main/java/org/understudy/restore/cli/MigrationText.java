package org.understudy.restore.cli;

import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.migrate.Board;
import org.understudy.restore.migrate.EqualityProof;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MemberState;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.Phase;
import org.understudy.restore.migrate.PhasePlan;
import org.understudy.restore.migrate.Round;

/** A migration as text for a terminal. */
final class MigrationText {
    private static final int SHOWN = 20;

    private final PrintStream out;

    MigrationText(PrintStream out) {
        this.out = out;
    }

    /** The board: phases, waves, delays. */
    void board(Board board) {
        out.print(board.name().isEmpty() ? "Migration" : "Migration " + board.name() + " from " + board.old());
        out.print(": " + Figures.count(board.users(), "user") + ", " + Figures.count(board.messages(), "message") + " ("
                + Figures.size(board.octets()) + ")");
        Instant measured = board.measuredAt();
        out.print(
                measured == null
                        ? "; nothing was measured yet.\n"
                        : "; measured " + Figures.minute(measured) + " UTC.\n");
        Table table = new Table("phase", "is", "users", "of", "%", "planned", "due", "begun", "done");
        for (Board.Row row : board.phases()) {
            PhasePlan plan = row.plan();
            table.row(
                    row.phase().words(),
                    row.state(board.at()),
                    row.reached(),
                    row.users(),
                    (long) row.percent(),
                    day(plan.planned()),
                    day(plan.due()),
                    day(plan.began()),
                    day(plan.done()));
        }
        table.print(out, "  ");
        for (Board.Row row : board.phases()) {
            for (PhasePlan.Delay delay : row.plan().delays()) {
                String why = delay.why().isEmpty() ? delay.publicly() : delay.why();
                out.print("  delayed   " + row.phase().words() + ", " + day(delay.at()) + ": "
                        + (why.isEmpty() ? "no reason is told" : Printable.line(why)) + " ("
                        + (delay.until() == null ? "no new date yet" : "now " + day(delay.until())) + ")\n");
            }
        }
        if (board.waves().size() > 1) {
            Table waves = new Table("wave", "users", "mail here", "proven equal", "cut over", "to look at");
            board.waves()
                    .forEach(one -> waves.row(
                            (long) one.number(), one.users(), one.mail(), one.equal(), one.cutOver(), one.held()));
            waves.print(out, "  ");
        }
        if (!board.domains().isEmpty()) {
            List<String> domains = new ArrayList<>();
            board.domains().forEach((name, users) -> domains.add(Printable.line(name) + " (" + users + ")"));
            out.print("  domains   " + String.join(", ", domains.subList(0, Math.min(SHOWN, domains.size())))
                    + (domains.size() > SHOWN ? " and " + (domains.size() - SHOWN) + " more" : "") + "\n");
        }
    }

    private static String day(@Nullable Instant at) {
        return at == null ? "" : at.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }

    /** What a step did, user by user: those with something to look at, or all. */
    void step(MigrationReport report, String did, boolean all) {
        List<Member> members = report.members();
        long added = 0;
        long flags = 0;
        long expunged = 0;
        long damaged = 0;
        long missing = 0;
        for (Member one : members) {
            Round round = one.round();
            if (round != null) {
                added += round.added();
                flags += round.flags();
                expunged += round.expunged();
                damaged += round.damaged();
                missing += round.missing();
            }
        }
        out.print("Migration " + report.board().name() + ": " + did + " " + Figures.count(members.size(), "user")
                + (report.millis() > 0 ? " in " + Figures.duration(report.millis()) : "") + ".\n");
        out.print("  messages  " + Figures.number(added) + " added, " + Figures.number(flags) + " with other flags, "
                + Figures.number(expunged) + " gone (last round of each user)\n");
        if (damaged + missing > 0) {
            out.print("  old side  " + Figures.count(damaged, "damaged message")
                    + " brought over as they are, " + Figures.number(missing)
                    + " that it does not give; named in " + report.board().folder() + "/users/USER/findings\n");
        }
        users(members, all);
    }

    /** A row for each user; without {@code all} only those with something to look at. */
    void users(List<Member> members, boolean all) {
        List<Member> shown = members.stream()
                .filter(one -> all || !one.why().isEmpty() || unequal(one) || notes(one))
                .limit(all ? members.size() : SHOWN)
                .toList();
        if (!shown.isEmpty()) {
            Table table = new Table(
                    "user",
                    "wave",
                    "is",
                    "messages",
                    "added",
                    "flags",
                    "gone",
                    "damaged",
                    "missing",
                    "both sides",
                    "why");
            for (Member one : shown) {
                Round round = one.round();
                table.row(
                        one.user(),
                        (long) one.wave(),
                        one.state().text(),
                        round == null ? 0L : round.messages(),
                        round == null ? 0L : round.added(),
                        round == null ? 0L : round.flags(),
                        round == null ? 0L : round.expunged(),
                        round == null ? 0L : round.damaged(),
                        round == null ? 0L : round.missing(),
                        equality(one),
                        one.why());
            }
            table.print(out, "  ");
        }
        if (!all) {
            out.print("  --list prints each user\n");
        }
        for (Member one : shown) {
            Round round = one.round();
            if (round != null) {
                round.notes()
                        .forEach(note -> out.print("  note      " + one.user() + ": " + Printable.line(note) + "\n"));
                if (all) {
                    round.quota()
                            .forEach(line -> out.print(
                                    "  quota     " + one.user() + " on the old side: " + Printable.line(line) + "\n"));
                }
            }
        }
    }

    private static boolean notes(Member member) {
        Round round = member.round();
        return round != null && !round.notes().isEmpty();
    }

    private static String equality(Member member) {
        EqualityProof.Summary proof = member.proof();
        if (proof == null) {
            return "not compared";
        }
        return (proof.equal() ? "equal" : Figures.count(proof.differences(), "difference")) + " "
                + Figures.minute(proof.at());
    }

    static boolean unequal(Member member) {
        EqualityProof.Summary proof = member.proof();
        return proof != null && !proof.equal();
    }

    /** Each difference that was found, and where the proofs are. */
    void proofs(List<Member> members) {
        long equal = members.stream()
                .filter(one -> one.proof() != null && !unequal(one))
                .count();
        long messages = 0;
        long octets = 0;
        for (Member one : members) {
            EqualityProof.Summary proof = one.proof();
            if (proof != null) {
                messages += proof.messages();
                octets += proof.octets();
            }
        }
        out.print("  equal     " + Figures.number(equal) + " of " + Figures.count(members.size(), "user") + "; "
                + Figures.count(messages, "message") + " read on both sides (" + Figures.size(octets) + ")\n");
        for (Member one : members) {
            EqualityProof.Summary proof = one.proof();
            if (proof == null) {
                continue;
            }
            if (!proof.equal()) {
                proof.first().forEach(line -> out.print("  " + one.user() + "  " + Printable.line(line) + "\n"));
                if (proof.differences() > proof.first().size()) {
                    out.print("  " + one.user() + "  and "
                            + Figures.number(proof.differences() - proof.first().size()) + " more, in the proof\n");
                }
            }
            if (!proof.equal() || members.size() <= SHOWN) {
                out.print("  proof     " + proof.file() + "\n");
            }
        }
    }

    /** The command that comes next. */
    void next(Board board) {
        String name = board.name();
        long waiting = board.members().stream()
                .filter(one -> one.state() == MemberState.WAITING || one.state() == MemberState.METADATA)
                .count();
        long here = board.phases().stream()
                .filter(one -> one.phase() == Phase.CUT_OVER)
                .mapToLong(one -> one.users() - one.reached())
                .sum();
        if (board.users() == 0) {
            out.print("Next: understudy migrate add " + name + " --users-file FILE\n");
        } else if (waiting > 0) {
            out.print("Next: understudy migrate run " + name + "\n");
        } else if (here > 0) {
            out.print("Next: understudy migrate run " + name + " now and then, until the old side stands still; then"
                    + " understudy migrate cutover " + name + " --wave N --quiesced\n");
        } else {
            out.print("All are cut over. When nobody uses the old side: understudy migrate phase " + name
                    + " decommission --done\n");
        }
    }
}
