package org.understudy.restore.export;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * One mailbox of a Maildir++ as Dovecot writes it, in LF line ends unless they would lose something. Keywords beyond the 26
 * that have letters go where Courier keeps keywords.
 */
final class MaildirWriter implements MailboxWriter {
    private static final int LETTERS = 26;
    private static final int NANOS_PER_MICRO = 1000;

    private final Path folder;
    private final boolean root;
    private final BufferedWriter uids;
    private final Map<String, Integer> letters = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> names = new ArrayList<>();
    private final Map<String, Integer> others = new HashMap<>();
    private final List<String> otherNames = new ArrayList<>();
    private final List<String> otherLines = new ArrayList<>();

    /** @param root whether this is the Maildir's root, which has no mark */
    MaildirWriter(Path folder, OriginMailbox mailbox, boolean root) throws IOException {
        this.folder = folder;
        this.root = root;
        for (String part : List.of("cur", "new", "tmp")) {
            Files.createDirectory(folder.resolve(part));
        }
        uids = Files.newBufferedWriter(
                folder.resolve("dovecot-uidlist"), StandardCharsets.US_ASCII, StandardOpenOption.CREATE_NEW);
        uids.write("3 V%d N%d G%s\n".formatted(mailbox.uidValidity(), mailbox.uidNext(), guid(mailbox)));
    }

    /** 128 bits, the same for the same mailbox. */
    private static String guid(OriginMailbox mailbox) {
        String name = mailbox.user() + "\0" + mailbox.name() + "\0" + mailbox.uidValidity();
        return HexFormat.of().formatHex(Digest.sha256().digest(name.getBytes(StandardCharsets.UTF_8)), 0, 16);
    }

    @Override
    public void add(MessageFacts facts, Flags flags, StoredBody body) throws IOException {
        long size = body.content().size();
        long stored = body.plain() ? size - body.lineEnds() : size;
        Instant date = facts.internalDate();
        String base = "%d.M%06dU%d.understudy,S=%d,W=%d"
                .formatted(date.getEpochSecond(), date.getNano() / NANOS_PER_MICRO, facts.uid(), stored, size);
        Path file = folder.resolve("cur").resolve(base + ":2," + letters(flags, base));
        try (InputStream in = body.plain() ? new LfStream(body.open()) : body.open();
                OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
            in.transferTo(out);
        }
        Files.setLastModifiedTime(file, FileTime.from(date));
        uids.write(facts.uid() + " :" + base + "\n");
    }

    /** Capitals in ASCII order, then the letters of keywords, as Dovecot sorts them. */
    private String letters(Flags flags, String base) {
        StringBuilder text = new StringBuilder();
        text.append(flags.has(Flags.DRAFT) ? "D" : "");
        text.append(flags.has(Flags.FLAGGED) ? "F" : "");
        text.append(flags.has(Flags.ANSWERED) ? "R" : "");
        text.append(flags.has(Flags.SEEN) ? "S" : "");
        text.append(flags.has(Flags.DELETED) ? "T" : "");
        StringBuilder own = new StringBuilder();
        List<String> elsewhere = new ArrayList<>();
        for (String keyword : flags.keywords()) {
            Integer letter = letters.get(keyword);
            if (letter == null && names.size() < LETTERS && MboxWriter.isAtom(keyword)) {
                letter = names.size();
                names.add(keyword);
                letters.put(keyword, letter);
            }
            if (letter == null || !names.get(letter).equals(keyword)) {
                elsewhere.add(String.valueOf(other(keyword)));
            } else {
                own.append((char) ('a' + letter));
            }
        }
        if (!elsewhere.isEmpty()) {
            otherLines.add(base + ":" + String.join(" ", elsewhere));
        }
        own.chars().sorted().forEach(c -> text.append((char) c));
        return text.toString();
    }

    private int other(String keyword) {
        return others.computeIfAbsent(keyword, word -> {
            otherNames.add(word);
            return otherNames.size() - 1;
        });
    }

    @Override
    public void finish() throws IOException {
        uids.close();
        if (!names.isEmpty()) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < names.size(); i++) {
                text.append(i).append(' ').append(names.get(i)).append('\n');
            }
            Files.writeString(folder.resolve("dovecot-keywords"), text, StandardOpenOption.CREATE_NEW);
        }
        if (!otherLines.isEmpty()) {
            Path courier = Files.createDirectory(folder.resolve("courierimapkeywords"));
            Files.writeString(
                    courier.resolve(":list"),
                    String.join("\n", otherNames) + "\n\n" + String.join("\n", otherLines) + "\n",
                    StandardOpenOption.CREATE_NEW);
        }
        if (!root) {
            Files.createFile(folder.resolve("maildirfolder"));
        }
    }

    @Override
    public void close() throws IOException {
        uids.close();
    }

    /** Names of keywords that Maildir cannot hold: no program would take them back. */
    static Set<String> unfit(Flags flags) {
        Set<String> unfit = new TreeSet<>(flags.keywords());
        unfit.removeIf(MboxWriter::isAtom);
        return unfit;
    }

    /** The directory's name for a mailbox: a dot before each level, in modified UTF-7. */
    static String directory(List<String> levels) {
        StringBuilder name = new StringBuilder();
        for (String level : levels) {
            name.append('.').append(Utf7.encode(level));
        }
        boolean odd = levels.stream().anyMatch(String::isEmpty)
                || TreeNames.octets(name.toString()) > TreeNames.LONGEST
                || name.toString().toLowerCase(Locale.ROOT).equals(".understudy-partial");
        return odd ? TreeNames.cut("." + TreeNames.safe(String.join("-", levels)), name.toString()) : name.toString();
    }
}
