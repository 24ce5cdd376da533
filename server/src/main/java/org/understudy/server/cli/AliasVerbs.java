package org.understudy.server.cli;

import java.io.PrintStream;
import java.util.List;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationVerb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.account.AliasOperations;
import org.understudy.server.account.AliasOperations.Alias;
import org.understudy.server.account.AliasOperations.All;
import org.understudy.server.account.AliasOperations.Change;
import org.understudy.server.account.AliasOperations.Found;
import org.understudy.server.account.Aliases;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy alias}. */
final class AliasVerbs {
    private AliasVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "alias",
                "Add, list and remove addresses that stand for others.",
                List.of(new AddVerb(frame), new ListVerb(frame), new RemoveVerb(frame)));
    }

    private static void told(Alias alias, PrintStream out) {
        out.println(
                alias.targets().isEmpty()
                        ? alias.address() + " is no alias any more."
                        : alias.address() + " stands for " + String.join(", ", alias.targets()) + ".");
    }

    @Command(
            name = "add",
            description = {
                "Let mail to an address be delivered to others: users, or further aliases.",
                "@DOMAIN stands for all addresses of a domain that are neither users nor aliases."
            },
            footer = {
                "",
                "Example: understudy alias add info@example.org anna@example.org bert@example.org",
                "         understudy alias add @example.org anna@example.org"
            })
    static final class AddVerb extends OperationVerb<Change, Alias> {
        @Parameters(index = "0", paramLabel = "ADDRESS", description = "The address, or @DOMAIN.")
        private String address;

        @Parameters(index = "1..*", arity = "1..*", paramLabel = "TARGET", description = "Users or aliases.")
        private List<String> targets;

        AddVerb(Frame frame) {
            super(frame, new AliasOperations.Add());
        }

        @Override
        protected Change request(Invocation invocation) {
            return new Change(
                    Aliases.name(address),
                    targets.stream().map(Aliases::address).toList());
        }

        @Override
        protected void print(Alias result, PrintStream out) {
            told(result, out);
        }
    }

    @Command(
            name = "remove",
            description = "Let an address no longer stand for some of its targets, or for any.",
            footer = {"", "Example: understudy alias remove info@example.org bert@example.org"})
    static final class RemoveVerb extends OperationVerb<Change, Alias> {
        @Parameters(index = "0", paramLabel = "ADDRESS", description = "The address, or @DOMAIN.")
        private String address;

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "TARGET", description = "Which; all if none is named.")
        private List<String> targets = List.of();

        RemoveVerb(Frame frame) {
            super(frame, new AliasOperations.Remove());
        }

        @Override
        protected Change request(Invocation invocation) {
            return new Change(
                    Aliases.name(address),
                    targets.stream().map(Aliases::address).toList());
        }

        @Override
        protected void print(Alias result, PrintStream out) {
            told(result, out);
        }
    }

    @Command(
            name = "list",
            description = "List all aliases.",
            footer = {"", "Example: understudy alias list --json"})
    static final class ListVerb extends OperationVerb<All, Found> {
        ListVerb(Frame frame) {
            super(frame, new AliasOperations.ListAll());
        }

        @Override
        protected All request(Invocation invocation) {
            return new All();
        }

        @Override
        protected void print(Found result, PrintStream out) {
            if (result.aliases().isEmpty()) {
                out.println("There are no aliases. 'understudy alias add ADDRESS TARGET' adds one.");
            }
            result.aliases()
                    .forEach(alias -> out.println(alias.address() + " -> " + String.join(", ", alias.targets())));
        }
    }
}
