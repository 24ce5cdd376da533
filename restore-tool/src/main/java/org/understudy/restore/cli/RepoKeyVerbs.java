package org.understudy.restore.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.understudy.restore.repository.RepositoryKeys;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code understudy repo key}: the master keys of an encrypted repository. */
final class RepoKeyVerbs {
    private RepoKeyVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "key",
                "The keys that open an encrypted repository.",
                List.of(new Make(frame), new ListKeys(frame), new Add(frame), new Rotate(frame), new Remove(frame)));
    }

    private static RepositoryKeys keys(Invocation invocation) {
        return new RepositoryKeys(invocation.repository(), invocation.clock());
    }

    private static void print(RepositoryKeys.Result result, PrintStream out) {
        out.print("Repository " + Printable.line(result.repository()) + " is opened by "
                + Figures.count(result.keys().size(), "key") + ":\n");
        Table table = new Table("key", "added", "");
        result.keys()
                .forEach(one ->
                        table.row(one.id(), Figures.minute(one.added()) + " UTC", one.inUse() ? "in use here" : ""));
        table.print(out, "  ");
    }

    @Command(
            name = "make",
            description = {
                "Make a key in a new file, for repository.encryption.key-file.",
                "Keep copies of the file in two safe places, none of them beside the repository: without it nobody can"
                        + " read the repository, ever."
            },
            footer = {"", "Example: understudy repo key make /etc/understudy/repository.key"})
    static final class Make extends Verb {
        @Parameters(paramLabel = "FILE", description = "Must not exist.")
        private Path file;

        Make(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) {
            RepositoryKeys.Made made = RepositoryKeys.make(invocation.absolute(file));
            invocation
                    .console()
                    .result(
                            made,
                            out -> out.print("Key " + made.id() + " was made in "
                                    + Printable.line(made.file())
                                    + ", readable by you alone.\nNext: copy it to two safe places, and set"
                                    + " repository.encryption.key-file to it before the first snapshot\n"));
            return 0;
        }
    }

    @Command(name = "list", description = "List the keys that open the repository.")
    static final class ListKeys extends Verb {
        ListKeys(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            RepositoryKeys.Result result = keys(invocation).list();
            invocation.console().result(result, out -> print(result, out));
            return 0;
        }
    }

    @Command(
            name = "add",
            description = "Let another key open the repository, too; its file is made if it is not there.",
            footer = {"", "Example: understudy repo key add /media/safe/second.key"})
    static final class Add extends Verb {
        @Parameters(paramLabel = "FILE", description = "The other key's file.")
        private Path file;

        Add(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            RepositoryKeys.Result result = keys(invocation).add(invocation.absolute(file));
            invocation.console().result(result, out -> print(result, out));
            return 0;
        }
    }

    @Command(
            name = "rotate",
            description = {
                "Put another key in the place of the one in use: from then on the old one opens nothing.",
                "What is stored is not written anew. Whoever has had the old key and a copy of the repository's"
                        + " encryption.json can still read; against that only a new repository helps."
            },
            footer = {"", "Example: understudy repo key rotate /etc/understudy/repository-2027.key"})
    static final class Rotate extends Verb {
        @Parameters(paramLabel = "FILE", description = "The new key's file; made if it is not there.")
        private Path file;

        Rotate(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            Path next = invocation.absolute(file);
            RepositoryKeys.Result result = keys(invocation).rotate(next);
            invocation.console().result(result, out -> {
                print(result, out);
                out.print("Next: set repository.encryption.key-file to " + Printable.line(next.toString())
                        + ", restart the server, and copy the file to two safe places\n");
            });
            return 0;
        }
    }

    @Command(name = "remove", description = "Take a key's right to open the repository away; the last one stays.")
    static final class Remove extends Verb {
        @Parameters(paramLabel = "ID", description = "As 'understudy repo key list' shows it.")
        private String id;

        Remove(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws Exception {
            RepositoryKeys.Result result = keys(invocation).remove(id);
            invocation.console().result(result, out -> print(result, out));
            return 0;
        }
    }
}
