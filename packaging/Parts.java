import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;

/**
 * Says what a package is made of: {@code Parts BOM HOME}. From what Maven knows (BOM, CycloneDX) and from what really lies in
 * HOME it writes HOME/share/sbom.cdx.json, with each jar, native library and the Java runtime by version, licence and SHA-256
 * of the file as shipped; and HOME/share/licences with LICENCES.txt and the texts that the jars carry. A jar that Maven does
 * not know, and one without a known licence, is an error.
 */
public final class Parts {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OURS = "understudy-";

    private final Path home;
    private final TreeMap<String, ObjectNode> known = new TreeMap<>();
    private final ArrayNode shipped = JSON.createArrayNode();
    private final List<String> wrong = new ArrayList<>();
    private final StringBuilder report = new StringBuilder("Understudy and the libraries that come with it, by their licences as"
            + " their authors state them.\nThe texts that the jars carry lie beside this file, those of Java in"
            + " lib/understudy/runtime/legal.\nJars of rocksdbjni and netty-tcnative are as published, but for the libraries"
            + " of other systems; those of Bouncy Castle are without their signatures.\n\n");

    private Parts(Path home) {
        this.home = home;
    }

    public static void main(String[] words) throws IOException {
        ObjectNode bom = (ObjectNode) JSON.readTree(Path.of(words[0]).toFile());
        Parts parts = new Parts(Path.of(words[1]));
        for (JsonNode one : bom.path("components")) {
            parts.known.put(fileName(one), (ObjectNode) one);
        }
        ObjectNode server = ((ObjectNode) bom.at("/metadata/component")).deepCopy();
        parts.known.put(fileName(server), server);
        parts.jars();
        parts.natives();
        parts.runtime();
        if (!parts.wrong.isEmpty()) {
            System.err.println(String.join("\n", parts.wrong));
            System.exit(1);
        }
        Set<String> kept = new HashSet<>();
        parts.shipped.forEach(one -> kept.add(one.path("bom-ref").asText()));
        bom.set("components", parts.shipped);
        bom.set("dependencies", remaining(bom.path("dependencies"), kept));
        Files.writeString(parts.home.resolve("share/sbom.cdx.json"), JSON.writerWithDefaultPrettyPrinter().writeValueAsString(bom) + "\n");
        Files.writeString(parts.home.resolve("share/licences/LICENCES.txt"), parts.report);
        System.err.println("SBOM: " + parts.shipped.size() + " parts");
    }

    /** {@code netty-tcnative-boringssl-static-2.0.84.Final-linux-x86_64.jar}. */
    private static String fileName(JsonNode component) {
        String classifier = component.path("purl").asText().replaceAll(".*[?&]classifier=([^&]*).*|.*", "$1");
        return component.path("name").asText() + "-" + component.path("version").asText()
                + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }

    private void jars() throws IOException {
        Files.createDirectories(home.resolve("share/licences"));
        TreeMap<String, Path> sorted = new TreeMap<>();
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(home.resolve("lib"), "*.jar")) {
            jars.forEach(jar -> sorted.put(jar.getFileName().toString(), jar));
        }
        for (var jar : sorted.entrySet()) {
            ObjectNode part = known.get(jar.getKey());
            if (part == null) {
                wrong.add(jar.getKey() + " is shipped, and Maven's bill of materials does not know it");
                continue;
            }
            String published = "";
            for (JsonNode hash : part.path("hashes")) {
                published = hash.path("alg").asText().equals("SHA-256") ? hash.path("content").asText() : published;
            }
            add(part, jar.getValue());
            boolean ours = jar.getKey().startsWith(OURS);
            if (!ours && !published.equals(sha256(jar.getValue()))) {
                property(part, "understudy:published-sha256", published);
                property(
                        part,
                        "understudy:changed",
                        jar.getKey().startsWith("bc")
                                ? "signatures are left out"
                                : "native libraries are unpacked, those of other systems left out");
            }
            if (ours) {
                continue;
            }
            String licence = licences(part);
            if (licence.isEmpty()) {
                wrong.add("No licence is known of " + jar.getKey());
            }
            String name = jar.getKey().substring(0, jar.getKey().length() - ".jar".length());
            report.append(String.format(Locale.ROOT, "%-55s %s%n", name, licence));
            texts(jar.getValue(), home.resolve("share/licences").resolve(name));
        }
    }

    private void natives() throws IOException {
        TreeMap<String, Path> sorted = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(home.resolve("lib/native"))) {
            files.forEach(file -> sorted.put(file.getFileName().toString(), file));
        }
        for (var file : sorted.entrySet()) {
            String jar = file.getKey().startsWith("librocksdb") ? "rocksdbjni-" : "netty-tcnative-boringssl-static-";
            ObjectNode from = known.get(known.ceilingKey(jar));
            ObjectNode part = JSON.createObjectNode();
            part.put("type", "file").put("bom-ref", "file:lib/native/" + file.getKey()).put("name", file.getKey());
            part.put("version", from.path("version").asText());
            part.set("licenses", from.path("licenses").deepCopy());
            add(part, file.getValue());
        }
    }

    /** Java, of which the modules are one file. */
    private void runtime() throws IOException {
        String version = "";
        String vendor = "";
        for (String line : Files.readAllLines(home.resolve("runtime/release"))) {
            version = line.startsWith("JAVA_VERSION=") ? line.replaceAll(".*=|\"", "") : version;
            vendor = line.startsWith("IMPLEMENTOR=") ? line.replaceAll(".*=|\"", "") : vendor;
        }
        ObjectNode part = JSON.createObjectNode();
        part.put("type", "platform").put("bom-ref", "java-runtime").put("name", "Java runtime by jlink");
        part.put("version", version.isEmpty() ? Runtime.version().toString() : version);
        part.put("publisher", vendor.isEmpty() ? System.getProperty("java.vendor") : vendor);
        part.putArray("licenses").addObject().put("expression", "GPL-2.0-only WITH Classpath-exception-2.0");
        add(part, home.resolve("runtime/lib/modules"));
    }

    private void add(ObjectNode part, Path file) throws IOException {
        part.putArray("hashes").addObject().put("alg", "SHA-256").put("content", sha256(file));
        property(part, "understudy:file", home.relativize(file).toString());
        shipped.add(part);
    }

    private static void property(ObjectNode part, String name, String value) {
        part.withArray("/properties").addObject().put("name", name).put("value", value);
    }

    private static ArrayNode remaining(JsonNode dependencies, Set<String> kept) {
        ArrayNode all = JSON.createArrayNode();
        for (JsonNode one : dependencies) {
            if (kept.contains(one.path("ref").asText())) {
                ObjectNode copy = one.deepCopy();
                ArrayNode on = copy.putArray("dependsOn");
                one.path("dependsOn").forEach(ref -> {
                    if (kept.contains(ref.asText())) {
                        on.add(ref);
                    }
                });
                all.add(copy);
            }
        }
        return all;
    }

    private static String licences(JsonNode component) {
        List<String> names = new ArrayList<>();
        for (JsonNode one : component.path("licenses")) {
            JsonNode licence = one.path("license");
            names.add(one.path("expression").asText(licence.path("id").asText(licence.path("name").asText())));
        }
        return String.join(" or ", names);
    }

    private static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] some = new byte[1 << 16];
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                digest.update(some, 0, n);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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
