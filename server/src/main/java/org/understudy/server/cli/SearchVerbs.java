package org.understudy.server.cli;

import java.io.PrintStream;
import java.util.List;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.OperationVerb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.server.search.SearchOperations;
import org.understudy.server.search.SearchOperations.Nothing;
import org.understudy.server.search.SearchOperations.Rebuilt;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code understudy search}. */
final class SearchVerbs {
    private SearchVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of("search", "Look after the search index.", List.of(new RebuildVerb(frame)));
    }

    @Command(
            name = "rebuild",
            description = {
                "Delete the search index and have the server build it anew, in the background.",
                "Searches go on meanwhile and miss nothing; they look at the messages themselves."
            },
            footer = {"", "Example: understudy search rebuild"})
    static final class RebuildVerb extends OperationVerb<Nothing, Rebuilt> {
        RebuildVerb(Frame frame) {
            super(frame, SearchOperations.Rebuild.withoutServer());
        }

        @Override
        protected Nothing request(Invocation invocation) {
            return new Nothing();
        }

        @Override
        protected void print(Rebuilt result, PrintStream out) {
            if (result.enabled()) {
                out.println("The search index is being built anew; 'understudy status' says how far it is.");
            } else if (result.running()) {
                out.println("The server keeps no search index (configuration: search.index is false).");
            } else {
                out.println("The search index was deleted; the server builds it anew when it starts.");
            }
        }
    }
}
