package org.understudy.server.clients;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The class path of this process with its folders packed into jars, as an installed server has it: a class out of a
 * folder is a file to be opened when it is first used, and is gone for good if that fails; jars are open from the start.
 */
final class JarredClasses {
    private JarredClasses() {}

    /** @param folder where the jars are written */
    static String in(Path folder) throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part);
            parts.add(
                    Files.isDirectory(path)
                            ? pack(path, folder.resolve("classes-" + parts.size() + ".jar"))
                                    .toString()
                            : part);
        }
        return String.join(File.pathSeparator, parts);
    }

    private static Path pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(jar));
                ZipOutputStream out = new ZipOutputStream(file);
                Stream<Path> all = Files.walk(classes)) {
            out.setLevel(0);
            for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                out.putNextEntry(new ZipEntry(classes.relativize(path).toString()));
                Files.copy(path, out);
            }
        }
        return jar;
    }
}
