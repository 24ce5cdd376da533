package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.List;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.HoldOperations;
import org.understudy.restore.incident.IncidentHold;
import org.understudy.restore.incident.IncidentHolds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy repo hold} and {@code repo release}. */
final class HoldVerbs {
    private static final int SHOWN = 20;
    private static final int SHOWN_MAILBOXES = 50;

    private HoldVerbs() {}

    static List<Verb> all(Frame frame) {
        return List.of(new Hold(frame), new Release(frame));
    }

    /** {@code understudy repo hold}. */
    @Command(
            name = "hold",
            description = {
                "Freeze retention: nothing is pruned or expired until a person releases the hold.",
                "Without --because it shows the holds that are on, whose mail they concern, and those that are over."
            },
            footer = {
                "",
                "Example: understudy repo hold --because 'ticket 4711: mail of May is missing'",
                "         understudy repo hold"
            })
    static final class Hold extends Verb {
        @Option(names = "--because", paramLabel = "TEXT", description = "Why. Sets a hold.")
        private String because = "";

        @Option(
                names = "--by",
                paramLabel = "NAME",
                description = "Who you are. Default: the name that the system knows you by.")
        private String by = System.getProperty("user.name", "");

        Hold(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            try (ShownProgress progress = invocation.console().progress()) {
                if (because.isEmpty()) {
                    IncidentHolds.State state =
                            invocation.operations().run(new HoldOperations.Show(), new HoldOperations.Ask(), progress);
                    invocation.console().result(state, out -> print(state, out));
                } else {
                    IncidentHold hold = invocation
                            .operations()
                            .run(new HoldOperations.Set(), new HoldOperations.Said(by, because), progress);
                    invocation.console().result(hold, out -> {
                        out.print("Incident hold " + hold.id()
                                + " is on: nothing is pruned or expired until it is released.\n");
                        out.print("Later: understudy repo release --by NAME --because TEXT\n");
                    });
                }
            }
            return 0;
        }

        private static void print(IncidentHolds.State state, PrintStream out) {
            if (!state.frozen()) {
                out.print("No incident hold is on: snapshots and shadows are kept and removed as the configuration"
                        + " says.\n");
            } else {
                out.print("INCIDENT HOLD: nothing is pruned or expired.\n");
            }
            state.unreadable()
                    .forEach(text ->
                            out.print("  A hold that cannot be read counts as one: " + Printable.line(text) + "\n"));
            for (IncidentHold hold : state.on()) {
                print(hold, out);
            }
            if (!state.history().isEmpty()) {
                out.print("Over:\n");
                Table table = new Table("hold", "set by", "released (UTC)", "by", "because");
                List<IncidentHolds.Past> past = state.history();
                past.subList(Math.max(0, past.size() - SHOWN), past.size())
                        .forEach(one -> table.row(
                                one.hold().id(),
                                one.hold().by(),
                                Figures.minute(one.release().at()),
                                one.release().by(),
                                one.release().because()));
                table.print(out, "  ");
            }
            if (!state.on().isEmpty()) {
                out.print("When the good copies are safe: understudy repo release --by NAME --because TEXT\n");
            }
        }

        private static void print(IncidentHold hold, PrintStream out) {
            out.print("  " + hold.id() + "  set " + Figures.minute(hold.since()) + " UTC on "
                    + Printable.line(hold.host()) + " by " + Printable.line(hold.by())
                    + (hold.automatic() ? " (automatically)" : "") + "\n");
            out.print("    " + Printable.line(hold.because()) + "\n");
            if (hold.concerned().isEmpty()) {
                return;
            }
            Table table = new Table("user", "mailbox", "messages", "UIDs", "what");
            hold.concerned().stream().limit(SHOWN_MAILBOXES).forEach(one -> row(table, one));
            table.print(out, "    ");
            if (hold.concerned().size() > SHOWN_MAILBOXES) {
                out.print("    and " + (hold.concerned().size() - SHOWN_MAILBOXES) + " more; '--json' lists them\n");
            }
        }

        private static void row(Table table, Concerned one) {
            table.row(one.user(), one.mailbox(), one.messages(), one.uids(), one.what());
        }
    }

    /** {@code understudy repo release}. */
    @Command(
            name = "release",
            description = {
                "End the incident hold, so that snapshots and shadows are removed again as the configuration says.",
                "Who did it, when and why is kept beside the hold, here and in the repository."
            },
            footer = {"", "Example: understudy repo release --by zoe --because 'disk replaced, mail of anna restored'"})
    static final class Release extends OperationVerb<HoldOperations.Said, HoldOperations.Released> {
        @Option(names = "--by", paramLabel = "NAME", required = true, description = "Who says that it may end.")
        private String by;

        @Option(names = "--because", paramLabel = "TEXT", required = true, description = "Why it may end.")
        private String because;

        Release(Frame frame) {
            super(frame, new HoldOperations.Release());
        }

        @Override
        protected HoldOperations.Said request(Invocation invocation) {
            return new HoldOperations.Said(by, because);
        }

        @Override
        protected void print(HoldOperations.Released result, PrintStream out) {
            result.holds()
                    .forEach(hold ->
                            out.print("Hold " + hold.id() + " is over (" + Printable.line(hold.because()) + ").\n"));
            out.print("Next: understudy repo prune --dry-run   (what would be removed now)\n");
        }
    }
}
