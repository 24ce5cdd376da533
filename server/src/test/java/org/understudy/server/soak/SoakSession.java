package org.understudy.server.soak;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.server.clients.ServerUnderClients;
import org.understudy.server.imap.ImapTestClient;

/** One connection, and what a mail program at its end would believe of the selected mailbox. One thread. */
final class SoakSession implements AutoCloseable {
    private static final int UNKNOWN = -1;
    private static final int KEPT = 12;
    private static final Pattern COUNTED = Pattern.compile("\\* (\\d+) (EXISTS|EXPUNGE)");

    final String user;
    private final InetSocketAddress server;
    private ImapTestClient client;
    private int tags;
    private final Deque<String> last = new ArrayDeque<>();

    /** What is selected. */
    @Nullable
    ModelMailbox selected;

    boolean readOnly;
    boolean qresync;
    /** UIDs in order of sequence numbers; unknown ones are -1. */
    final List<Long> view = new ArrayList<>();
    /** Flags as told last, by UID. */
    final Map<Long, Set<String>> told = new HashMap<>();
    /** UIDs that were said to be gone since {@link #view} was last compared. */
    final Set<Long> gone = new TreeSet<>();

    SoakSession(InetSocketAddress server, String user) throws Exception {
        this.server = server;
        this.user = user;
        client = ImapTestClient.tls(server, null);
        login();
    }

    private void login() throws IOException {
        client.line();
        run("LOGIN " + user + " " + ServerUnderClients.PASSWORD).ok();
    }

    /** Breaks the connection and makes a new one. */
    void reconnect() throws Exception {
        client.close();
        client = ImapTestClient.tls(server, null);
        forget();
        qresync = false;
        login();
    }

    /** Nothing is selected any more. */
    void forget() {
        selected = null;
        view.clear();
        told.clear();
        gone.clear();
    }

    void raw(String text) throws IOException {
        note("> " + text);
        client.send(text);
    }

    /** Sends a command. @return its tag */
    String send(String command) throws IOException {
        String tag = "s" + ++tags;
        note(tag + " " + command);
        client.send(tag + " " + command + "\r\n");
        return tag;
    }

    String sendAppend(String mailbox, String arguments, byte[] octets) throws IOException {
        String tag = "s" + ++tags;
        String command = tag + " APPEND " + mailbox + " " + arguments + " {" + octets.length + "+}\r\n";
        note(command.strip());
        byte[] head = command.getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(head, head.length + octets.length + 2);
        System.arraycopy(octets, 0, all, head.length, octets.length);
        all[all.length - 2] = '\r';
        all[all.length - 1] = '\n';
        client.send(all);
        return tag;
    }

    /** Sends and reads the answer, whatever it is. */
    Answer run(String command) throws IOException {
        return await(send(command));
    }

    /** Sends; the answer must be OK. */
    Answer ok(String command) throws IOException {
        Answer answer = run(command);
        Difference.unless(answer.ok(), "%s: '%s' was answered '%s'", user, command, answer.tagged());
        return answer;
    }

    Answer await(String tag) throws IOException {
        List<String> lines = client.until(tag);
        String end = lines.remove(lines.size() - 1);
        Difference.unless(end.startsWith(tag + " "), "expected the answer to %s, got '%s'", tag, end);
        note("  < " + (end.length() > 200 ? end.substring(0, 200) : end));
        for (String line : lines) {
            apply(line);
            learn(new Answer(List.of(line), "")); // in turn: an EXPUNGE behind it moves what its number means
        }
        return new Answer(lines, end.substring(tag.length() + 1));
    }

    /** Reads one line that comes unasked. */
    String line() throws IOException {
        String line = client.line();
        note("  < " + line);
        apply(line);
        return line;
    }

    private void apply(String line) {
        Matcher counted = COUNTED.matcher(line);
        if (counted.matches()) {
            int number = Integer.parseInt(counted.group(1));
            if (counted.group(2).equals("EXISTS")) {
                Difference.unless(
                        number >= view.size(), "%s: EXISTS %d with %d messages seen", user, number, view.size());
                while (view.size() < number) {
                    view.add((long) UNKNOWN);
                }
            } else {
                Difference.unless(number <= view.size(), "%s: EXPUNGE %d of %d", user, number, view.size());
                gone.add(view.remove(number - 1));
            }
        } else if (line.startsWith("* VANISHED ")) {
            boolean earlier = line.startsWith("* VANISHED (EARLIER)");
            for (long uid : Answer.set(line.substring(line.lastIndexOf(' ') + 1))) {
                boolean known = view.remove(uid);
                int place = known || earlier ? UNKNOWN : placeOfUnknown(uid);
                Difference.unless(earlier || known || place >= 0, "%s: VANISHED %d, which it never saw", user, uid);
                if (place >= 0) {
                    view.remove(place);
                }
                gone.add(uid);
            }
        }
    }

    /** Where a UID would stand of which only EXISTS was told: between its neighbours. -1 if nowhere. */
    private int placeOfUnknown(long uid) {
        int place = UNKNOWN;
        for (int i = 0; i < view.size(); i++) {
            long there = view.get(i);
            if (there > uid) {
                break;
            }
            place = there == UNKNOWN ? i : UNKNOWN;
        }
        return place;
    }

    private void learn(Answer answer) {
        for (Answer.Fetched fetched : answer.fetches()) {
            int index = (int) fetched.sequence() - 1;
            if (index >= view.size()) {
                continue; // an expunge in the same answer; the comparison of views will tell
            }
            if (fetched.items().containsKey("UID")) {
                long known = view.get(index);
                if (known == UNKNOWN) {
                    view.set(index, fetched.uid());
                }
                if (fetched.items().containsKey("FLAGS")) {
                    told.put(fetched.uid(), fetched.flags());
                }
            } else if (view.get(index) != UNKNOWN && fetched.items().containsKey("FLAGS")) {
                told.put(view.get(index), fetched.flags());
            }
        }
    }

    private void note(String line) {
        last.add(line.length() > 300 ? line.substring(0, 300) + "…" : line);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    /** The last commands and their outcomes. */
    String history() {
        return user + (selected == null ? "" : " in " + selected) + "\n    " + String.join("\n    ", last);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
