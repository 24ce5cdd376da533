package org.understudy.server.shadow;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.core.Username;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.guard.ClosedCopy;

/**
 * The copy that one view is made of: {@code shadows/ID/views/N/ID/store}, on the same file system as the shadow, so that
 * its tables can be linked.
 *
 * @param owner the user as the copy's mailboxes name it
 */
record ViewFolder(Path folder, Path store, ClosedCopy copy, Username owner) {
    private static final Logger LOG = LoggerFactory.getLogger(ViewFolder.class);
    private static final String VIEWS = "views";

    /**
     * Copies a shadow and arranges the copy.
     *
     * @param number of the view; no other has it while the server runs
     * @throws OperatorException {@link Reason#BUSY} while a step writes the shadow, {@link Reason#NOT_FOUND} if it holds
     *     no mail of the user
     */
    static ViewFolder make(
            Path shadows, String restore, String whose, Looker.Audience audience, long number, Clock clock) {
        Path folder = shadows.resolve(restore).resolve(VIEWS).resolve(Long.toString(number));
        Path store = folder.resolve(restore).resolve(ShadowStore.STORE);
        boolean made = false;
        try {
            delete(folder);
            ClosedCopy copy = ClosedCopy.make(shadows.resolve(restore).resolve(ShadowStore.STORE), store);
            Username owner;
            try (ShadowStore opened = ShadowStore.open(folder, restore, clock)) {
                owner = new ViewArrangement(opened, restore, whose, audience).arrange();
            }
            made = true;
            return new ViewFolder(folder, store, copy, owner);
        } catch (IOException e) {
            throw failed(folder, e);
        } finally {
            if (!made) {
                deleteOrWarn(folder);
            }
        }
    }

    /** Deletes the views of all shadows: those that a server left behind that was killed. */
    static void deleteAll(Path shadows) {
        if (!Files.isDirectory(shadows)) {
            return;
        }
        List<Path> left = new ArrayList<>();
        try (Stream<Path> folders = Files.list(shadows)) {
            folders.map(folder -> folder.resolve(VIEWS)).filter(Files::exists).forEach(left::add);
        } catch (IOException e) {
            throw failed(shadows, e);
        }
        left.forEach(ViewFolder::deleteOrWarn);
    }

    void delete() {
        deleteOrWarn(folder);
    }

    private static void deleteOrWarn(Path folder) {
        try {
            delete(folder);
        } catch (IOException e) {
            LOG.warn("{} could not be deleted, and is deleted when the server starts next: {}", folder, e.toString());
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException fault) throws IOException {
                if (fault != null) {
                    throw fault;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static OperatorException failed(Path folder, IOException e) {
        return new OperatorException(
                Reason.IO,
                "the folder of a view cannot be made ready: " + e,
                "Look at the rights and the free space of " + folder + ".",
                e);
    }
}
