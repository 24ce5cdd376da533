package org.understudy.restore.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.SamePlace;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Opens the sources that a command line names: a path, or {@code snapshot:} and a snapshot's name. */
final class SourcePlaces {
    private final Invocation invocation;
    private final Map<String, String> renames;
    private final Set<String> only;

    SourcePlaces(Invocation invocation, Map<String, String> renames, Set<String> only) {
        this.invocation = invocation;
        this.renames = renames;
        this.only = only;
    }

    /** @throws OperatorException if one of them is none, or two of them are the same files */
    ComparedSources open(Path main, @Nullable List<String> against) {
        List<Path> places = places(main, against);
        SamePlace.refuse(places.stream().map(Path::toString).toList());
        List<Comparison.Other> others = new ArrayList<>();
        BackupSource first = open(main);
        ComparedSources opened = new ComparedSources(places.getFirst().toString(), first, others);
        try {
            for (int i = 1; i < places.size(); i++) {
                others.add(new Comparison.Other(places.get(i).toString(), open(Path.of(name(against, i)))));
            }
            return opened;
        } catch (RuntimeException e) {
            try {
                opened.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private static String name(@Nullable List<String> against, int number) {
        if (against == null) {
            throw new IllegalStateException("there is no source " + number);
        }
        return against.get(number - 1);
    }

    private List<Path> places(Path main, @Nullable List<String> against) {
        List<Path> places = new ArrayList<>();
        places.add(place(main));
        if (against != null) {
            against.forEach(one -> places.add(place(Path.of(one))));
        }
        return places;
    }

    private Path place(Path named) {
        return isSnapshot(named) ? named : invocation.absolute(named);
    }

    private static boolean isSnapshot(Path named) {
        return named.toString().startsWith(StandardSources.SNAPSHOT);
    }

    /** Users of snapshots keep their names. */
    private BackupSource open(Path named) {
        if (!isSnapshot(named)) {
            return Sources.open(invocation.absolute(named), new SourceOptions(renames, only));
        }
        return SnapshotSource.open(
                Repository.open(invocation.repository()),
                named.toString().substring(StandardSources.SNAPSHOT.length()),
                TrustedKeys.load(invocation.dataFolder().resolve("keys")),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                new SnapshotSource.Selection(only, Set.of()),
                invocation.clock());
    }

    /** A source is never written to. */
    Path outside(Path main, @Nullable List<String> against, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        for (Path place : places(main, against)) {
            if (!isSnapshot(place)
                    && folder != null
                    && Files.isDirectory(folder)
                    && Files.exists(place)
                    && folder.toRealPath().startsWith(place.toRealPath())) {
                throw new OperatorException(
                        Reason.USAGE,
                        file + " lies within the backup " + place + ", and a backup is never written to",
                        "Name a file outside the backup.");
            }
        }
        return file;
    }
}
