package org.understudy.server.account;

import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.keyspace.Author;

/** The work behind {@code understudy alias}. Each change is one effect of the store, whose log names the operation. */
public final class AliasOperations {
    private static final Logger LOG = LoggerFactory.getLogger(AliasOperations.class);

    private AliasOperations() {}

    public static List<Operation<?, ?>> all() {
        return List.of(new Add(), new Remove(), new ListAll());
    }

    /** @param targets of {@code remove}, empty for all */
    public record Change(String address, List<String> targets) {
        public Change {
            Objects.requireNonNull(address, "'address' is missing");
            targets = List.copyOf(targets);
        }
    }

    public record All() {}

    /** @param targets what the address stands for; none where it is no alias any more */
    public record Alias(String address, List<String> targets) {}

    public record Found(List<Alias> aliases) {}

    /** {@code alias.add}. */
    public static final class Add implements Operation<Change, Alias> {
        @Override
        public String name() {
            return "alias.add";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Change> requestType() {
            return Change.class;
        }

        @Override
        public Class<Alias> resultType() {
            return Alias.class;
        }

        @Override
        public Alias run(Change request, Workplace workplace, Progress progress) {
            String name = Aliases.name(request.address());
            List<String> targets =
                    request.targets().stream().map(Aliases::address).toList();
            List<String> now =
                    new Aliases(workplace.live().settings()).add(name, targets, new Author.Housekeeping(name()));
            LOG.info("alias {} now stands for {}", name, now);
            return new Alias(name, now);
        }
    }

    /** {@code alias.remove}. */
    public static final class Remove implements Operation<Change, Alias> {
        @Override
        public String name() {
            return "alias.remove";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Change> requestType() {
            return Change.class;
        }

        @Override
        public Class<Alias> resultType() {
            return Alias.class;
        }

        @Override
        public Alias run(Change request, Workplace workplace, Progress progress) {
            String name = Aliases.name(request.address());
            List<String> targets =
                    request.targets().stream().map(Aliases::address).toList();
            List<String> now =
                    new Aliases(workplace.live().settings()).remove(name, targets, new Author.Housekeeping(name()));
            LOG.info("alias {} now stands for {}", name, now.isEmpty() ? "nobody" : now);
            return new Alias(name, now);
        }
    }

    /** {@code alias.list}. */
    public static final class ListAll implements Operation<All, Found> {
        @Override
        public String name() {
            return "alias.list";
        }

        @Override
        public Role role() {
            return Role.VIEWER;
        }

        @Override
        public Class<All> requestType() {
            return All.class;
        }

        @Override
        public Class<Found> resultType() {
            return Found.class;
        }

        @Override
        public Found run(All request, Workplace workplace, Progress progress) {
            return new Found(new Aliases(workplace.live().settings())
                    .all().entrySet().stream()
                            .map(alias -> new Alias(alias.getKey(), alias.getValue()))
                            .toList());
        }
    }
}
