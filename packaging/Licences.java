import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Says under which licence each jar of a package is: {@code Licences SBOM LIB OUT LEGAL}. Writes LICENCES.txt into OUT, and
 * beside it the texts that the jars carry. A jar without a known licence is an error.
 */
public final class Licences {
    private Licences() {}

    public static void main(String[] words) throws IOException {
        Path lib = Path.of(words[1]);
        Path out = Files.createDirectories(Path.of(words[2]));
        JsonNode components = new ObjectMapper().readTree(Path.of(words[0]).toFile()).path("components");
        TreeMap<String, String> byJar = new TreeMap<>();
        for (JsonNode one : components) {
            // "-" and a classifier follow the version of jars for one processor.
            byJar.put(one.path("name").asText() + "-" + one.path("version").asText(), licences(one));
        }
        StringBuilder report = new StringBuilder("Understudy and the libraries that come with it, by their licences as their"
                + " authors state them.\nThe texts that the jars carry lie beside this file, those of Java in "
                + "lib/understudy/runtime/legal.\nJars of rocksdbjni and netty-tcnative are as published, but for the"
                + " libraries of other systems.\n\n");
        List<String> unknown = new ArrayList<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(lib, "*.jar")) {
            TreeMap<String, Path> sorted = new TreeMap<>();
            jars.forEach(jar -> sorted.put(jar.getFileName().toString(), jar));
            for (var jar : sorted.entrySet()) {
                String key = jar.getKey().substring(0, jar.getKey().length() - ".jar".length());
                if (key.startsWith("understudy-")) {
                    continue;
                }
                String floor = byJar.floorKey(key);
                String licence = floor != null && key.startsWith(floor) ? byJar.get(floor) : "";
                if (licence.isEmpty()) {
                    unknown.add(key);
                }
                report.append(String.format(Locale.ROOT, "%-55s %s%n", key, licence));
                texts(jar.getValue(), out.resolve(key));
            }
        }
        if (!unknown.isEmpty()) {
            System.err.println("No licence is known of " + unknown);
            System.exit(1);
        }
        Files.writeString(out.resolve("LICENCES.txt"), report);
    }

    private static String licences(JsonNode component) {
        List<String> names = new ArrayList<>();
        for (JsonNode one : component.path("licenses")) {
            JsonNode licence = one.path("license");
            names.add(one.path("expression").asText(licence.path("id").asText(licence.path("name").asText())));
        }
        return String.join(" or ", names);
    }

    private static void texts(Path jar, Path into) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (ZipEntry entry : file.stream().sorted((a, b) -> a.getName().compareTo(b.getName())).toList()) {
                String name = entry.getName();
                String last = name.substring(name.lastIndexOf('/') + 1);
                String plain = last.toUpperCase(Locale.ROOT);
                boolean text = plain.matches("(LICENSE|LICENCE|NOTICE|COPYING|COPYRIGHT)([._-].*)?")
                        && !plain.endsWith(".CLASS");
                if (text && !entry.isDirectory() && name.chars().filter(c -> c == '/').count() <= 2) {
                    Files.createDirectories(into);
                    try (InputStream in = file.getInputStream(entry)) {
                        Files.write(into.resolve(last), in.readAllBytes());
                    }
                }
            }
        }
    }
}
