package org.understudy.restore.source.pst;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.Content;

/** The attachments of a message, in the order in which they were made. */
final class Attachments {
    private static final int NODE = 0x05;
    private static final int DATA = 0x3701;
    private static final int SHORT_NAME = 0x3704;
    private static final int METHOD = 0x3705;
    private static final int NAME = 0x3707;
    private static final int TYPE = 0x370e;
    private static final int CONTENT_ID = 0x3712;
    private static final int LOCATION = 0x3713;
    private static final int DISPLAY_NAME = 0x3001;

    private static final Set<Integer> LINKS = Set.of(2, 3, 4, 7);
    private static final int MESSAGE = 5;

    /**
     * One of them.
     *
     * @param contentId by which HTML shows it, without brackets, or empty
     * @param octets what it holds; for an attached message nothing
     */
    record Attachment(String contentId, Entity entity, Optional<Content> octets) {}

    /** Puts an attached message together. */
    interface Within {
        Content message(Node node, String name) throws IOException;
    }

    private final PstFile file;
    private final Damages damages;
    private final List<String> notes;
    private final Within within;

    Attachments(PstFile file, Damages damages, List<String> notes, Within within) {
        this.file = file;
        this.damages = damages;
        this.notes = notes;
        this.within = within;
    }

    List<Attachment> of(Properties message) throws IOException {
        Set<Integer> missing = listed(message);
        List<Attachment> attachments = new ArrayList<>();
        int number = 0;
        for (Node node : message.subnodes().all()) {
            if (node.type() != NODE) {
                continue;
            }
            missing.remove(node.id());
            number++;
            try {
                one(Properties.of(file, node, damages), number).ifPresent(attachments::add);
            } catch (DamageException e) {
                damages.add("attachment %d: %s".formatted(number, e.getMessage()));
            }
        }
        for (int id : missing) {
            damages.add("an attachment is listed and not there, node %08x".formatted(id));
        }
        return attachments;
    }

    private Set<Integer> listed(Properties message) throws IOException {
        Optional<Node> table = message.subnodes().find(Node.ATTACHMENTS);
        if (table.isEmpty()) {
            return new TreeSet<>();
        }
        try {
            return TableReader.of(file, table.get(), damages).rowIds();
        } catch (DamageException e) {
            damages.add("the list of attachments: " + e.getMessage());
            return new TreeSet<>();
        }
    }

    private Optional<Attachment> one(Properties properties, int number) throws IOException {
        int method = properties.integer(METHOD).orElse(1);
        String name = name(properties, number);
        String contentId = properties.string(CONTENT_ID).orElse("").strip().replaceAll("^<|>$", "");
        if (method == MESSAGE) {
            Optional<Node> node = properties.object(DATA);
            return node.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Attachment(
                            "", message(within.message(node.get(), Integer.toString(number)), name), Optional.empty()));
        }
        Optional<Content> octets = properties.content(DATA);
        if (octets.isEmpty()) {
            if (LINKS.contains(method)) {
                notes.add("attachment %d is a link to a file elsewhere; only its name was kept".formatted(number));
            } else if (properties.has(DATA)) {
                damages.add("attachment %d has no octets that can be read".formatted(number));
            } else {
                notes.add("attachment %d holds nothing".formatted(number));
            }
            return Optional.empty();
        }
        List<String> fields = new ArrayList<>();
        fields.add("Content-Type: " + type(properties) + MimeText.parameter("name", name));
        boolean shown = !contentId.isEmpty() && contentId.matches("[\\x21-\\x7e&&[^<>]]+");
        fields.add("Content-Disposition: " + (shown ? "inline" : "attachment") + MimeText.parameter("filename", name));
        if (shown) {
            fields.add("Content-ID: <" + contentId + ">");
        }
        String location = properties.string(LOCATION).orElse("").strip();
        if (!location.isEmpty() && location.matches("[\\x21-\\x7e]{1,900}")) {
            fields.add("Content-Location: " + location);
        }
        return Optional.of(new Attachment(shown ? contentId : "", Entity.base64(fields, octets.get()), octets));
    }

    private static Entity message(Content content, String name) {
        return new Entity.Leaf(
                List.of(
                        "Content-Type: message/rfc822",
                        "Content-Disposition: attachment" + MimeText.parameter("filename", name + ".eml"),
                        "Content-Transfer-Encoding: 8bit"),
                content);
    }

    private static String name(Properties properties, int number) throws IOException {
        for (int id : new int[] {NAME, SHORT_NAME, DISPLAY_NAME}) {
            String name = properties.string(id).orElse("").strip();
            if (!name.isEmpty()) {
                return name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
            }
        }
        return "attachment-" + number;
    }

    /** The type that was stated, unless it cannot be that of octets. */
    private static String type(Properties properties) throws IOException {
        String type = properties.string(TYPE).orElse("").strip().toLowerCase(Locale.ROOT);
        boolean fits = type.matches("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
                && !type.startsWith("multipart/")
                && !type.startsWith("message/");
        return fits ? type : "application/octet-stream";
    }
}
