package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.storage.Content;

/** Puts a message together as MIME from its properties. The same properties always give the same octets. */
final class MessageBuilder {
    static final int MESSAGE_CLASS = 0x001a;
    private static final int BODY = 0x1000;
    private static final int PACKED_RTF = 0x1009;
    private static final int HTML = 0x1013;
    private static final int INTERNET_CODE_PAGE = 0x3fde;
    private static final int DEEPEST = 20;

    private final PstFile file;
    private final Damages damages;
    private final List<String> notes;

    MessageBuilder(PstFile file, Damages damages, List<String> notes) {
        this.file = file;
        this.damages = damages;
        this.notes = notes;
    }

    /** The whole message; what could not be read is noted and left out. */
    Content build(Properties properties) throws IOException {
        return build(properties, "", 0);
    }

    private Content build(Properties properties, String within, int depth) throws IOException {
        byte[] header = MailHeader.of(file, properties, damages);
        String mark = depth == 0 ? mark(header) : within;
        String kind = properties.string(MESSAGE_CLASS).orElse("");
        if (Kind.isMeeting(kind)) {
            notes.add("it is about a meeting, of which the text was kept and the calendar's data was not");
        }
        List<Attachments.Attachment> attachments = new Attachments(
                        file, damages, notes, (node, name) -> within(node, mark + "." + name, depth + 1))
                .of(properties);
        if (Kind.isSigned(kind) && attachments.size() == 1) {
            Optional<Content> whole = attachments.get(0).octets();
            if (whole.isPresent() && beginsAsEntity(whole.get())) {
                return Entity.written(header, new Entity.Verbatim(whole.get()), mark);
            }
        }
        return Entity.written(header, body(properties, attachments), mark);
    }

    /** What a message's delimiters are made of: the same for the same message, in whichever file it lies. */
    private static String mark(byte[] header) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(header);
            return java.util.HexFormat.of().formatHex(digest, 0, 8);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private Content within(Node node, String mark, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new DamageException("messages are attached to each other deeper than " + DEEPEST + " levels");
        }
        return build(Properties.of(file, node, damages), mark, depth);
    }

    private static boolean beginsAsEntity(Content content) throws IOException {
        try (InputStream in = content.open()) {
            String head = new String(in.readNBytes(16), StandardCharsets.ISO_8859_1);
            return head.toLowerCase(Locale.ROOT).startsWith("content-type:");
        }
    }

    private Entity body(Properties properties, List<Attachments.Attachment> attachments) throws IOException {
        List<Attachments.Attachment> rest = new ArrayList<>(attachments);
        Optional<String> plain = properties.string(BODY).filter(text -> !text.isBlank());
        Optional<Entity> html = html(properties);
        List<Entity> last = new ArrayList<>();
        if (html.isEmpty()) {
            Optional<byte[]> rtf = rtf(properties);
            Optional<RtfText.Origin> origin = rtf.flatMap(RtfText::origin);
            if (origin.isPresent() && origin.get().html()) {
                html = Optional.of(Entity.text(
                        "html",
                        "UTF-8",
                        utf8(MimeText.ended(MimeText.lines(origin.get().text())))));
            } else if (origin.isPresent() && plain.isEmpty()) {
                plain = Optional.of(origin.get().text());
            } else if (rtf.isPresent() && origin.isEmpty()) {
                last.add(Entity.base64(
                        List.of(
                                "Content-Type: application/rtf;\r\n\tname=\"rtf-body.rtf\"",
                                "Content-Disposition: attachment;\r\n\tfilename=\"rtf-body.rtf\""),
                        Content.of(rtf.get())));
            }
        }
        List<Entity> shown = new ArrayList<>();
        if (html.isPresent()) {
            rest.removeIf(one -> !one.contentId().isEmpty() && shown.add(one.entity()));
            html = shown.isEmpty() ? html : Optional.of(new Entity.Multipart("related", join(html.get(), shown)));
        }
        Entity text = alternatives(plain, html);
        rest.forEach(one -> last.add(one.entity()));
        return last.isEmpty() ? text : new Entity.Multipart("mixed", join(text, last));
    }

    private static List<Entity> join(Entity first, List<Entity> others) {
        List<Entity> all = new ArrayList<>();
        all.add(first);
        all.addAll(others);
        return List.copyOf(all);
    }

    private static Entity alternatives(Optional<String> plain, Optional<Entity> html) {
        if (plain.isEmpty() && html.isPresent()) {
            return html.get();
        }
        String text = MimeText.ended(MimeText.lines(plain.orElse("")));
        boolean ascii = MimeText.isAscii(text);
        Entity first = Entity.text("plain", ascii ? "us-ascii" : "UTF-8", utf8(text));
        return html.isEmpty() ? first : new Entity.Multipart("alternative", List.of(first, html.get()));
    }

    /** The HTML as it was kept, in its own character set. */
    private Optional<Entity> html(Properties properties) throws IOException {
        Optional<String> text = properties.string(HTML);
        if (text.isPresent()) {
            return text.filter(html -> !html.isBlank())
                    .map(html -> Entity.text("html", "UTF-8", utf8(MimeText.ended(MimeText.lines(html)))));
        }
        Optional<byte[]> bytes = properties.binary(HTML).filter(html -> html.length > 0);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        Charset charset =
                properties.integer(INTERNET_CODE_PAGE).map(CodePages::of).orElse(properties.codePage());
        return Optional.of(Entity.text("html", charset.name(), lines(bytes.get(), charset)));
    }

    /** With CRLF at the end of each line, where the character set leaves line ends alone. */
    private static byte[] lines(byte[] bytes, Charset charset) {
        if (charset.name().startsWith("UTF-16")) {
            return bytes;
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream(bytes.length + bytes.length / 32);
        for (int i = 0; i < bytes.length; i++) {
            boolean cr = bytes[i] == '\r';
            if (!cr && bytes[i] != '\n') {
                lines.write(bytes[i]);
                continue;
            }
            lines.write('\r');
            lines.write('\n');
            i += cr && i + 1 < bytes.length && bytes[i + 1] == '\n' ? 1 : 0;
        }
        byte[] ended = lines.toByteArray();
        if (ended.length > 0 && ended[ended.length - 1] != '\n') {
            lines.write('\r');
            lines.write('\n');
            return lines.toByteArray();
        }
        return ended;
    }

    private Optional<byte[]> rtf(Properties properties) throws IOException {
        Optional<byte[]> packed = properties.binary(PACKED_RTF).filter(bytes -> bytes.length > 0);
        if (packed.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(PackedRtf.unpack(packed.get()));
        } catch (DamageException e) {
            damages.add(e.why());
            return Optional.empty();
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
