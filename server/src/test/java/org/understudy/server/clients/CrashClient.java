package org.understudy.server.clients;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One client of {@link CrashRounds}, with two mailboxes of its own and a model of what is in them. It sends one command
 * at a time, so at most one is open when the server ends.
 */
final class CrashClient {
    private static final Pattern APPENDED = Pattern.compile("APPENDUID \\d+ (\\d+)");
    private static final Pattern COPIED = Pattern.compile("COPYUID \\d+ \\d+ (\\d+)");
    private static final Pattern UID = Pattern.compile("UID (\\d+)");
    private static final Pattern NUMBER = Pattern.compile("Message-ID: <number-(\\d+)@example.org>");

    private record Place(String mailbox, long uid) {}

    private record Message(int number, boolean flagged, boolean deleted) {}

    /** A command that was sent and not answered. */
    private sealed interface Open {
        record Append(int number) implements Open {}

        record Change(Place place, Message after) implements Open {}

        record Move(Place place) implements Open {}

        record Expunge(Place place) implements Open {}
    }

    private final String one;
    private final String other;
    private final Random random;
    private final Map<Place, Message> model = new HashMap<>();
    private final Map<String, Long> highest = new HashMap<>();
    private final int step;
    private int number;
    private @Nullable Open open;

    CrashClient(int index, long seed) {
        one = "One" + index;
        other = "Other" + index;
        random = new Random(seed);
        number = index;
        step = 16;
    }

    void begin(WireClient wire) throws IOException {
        try (wire) {
            wire.ok("CREATE " + one);
            wire.ok("CREATE " + other);
        }
    }

    /** Works until the connection breaks; answers how many commands were acknowledged. */
    long work(WireClient wire, CountDownLatch enough) {
        long acknowledged = 0;
        try {
            wire.ok("SELECT " + one);
            while (true) {
                command(wire);
                acknowledged++;
                enough.countDown();
            }
        } catch (IOException killed) {
            return acknowledged;
        }
    }

    private void command(WireClient wire) throws IOException {
        List<Place> here = model.keySet().stream()
                .filter(place -> place.mailbox().equals(one))
                .toList();
        int drawn = random.nextInt(100);
        if (here.isEmpty() || drawn < 45) {
            append(wire);
            return;
        }
        Place place = here.get(random.nextInt(here.size()));
        Message message = model.get(place);
        if (drawn < 65) {
            Message after = new Message(message.number(), !message.flagged(), message.deleted());
            open = new Open.Change(place, after);
            wire.ok("UID STORE " + place.uid() + (after.flagged() ? " +" : " -") + "FLAGS (\\Flagged)");
            model.put(place, after);
        } else if (drawn < 80) {
            open = new Open.Move(place);
            String told = wire.ok("UID MOVE " + place.uid() + " " + other).toString();
            Matcher copied = COPIED.matcher(told);
            if (!copied.find()) {
                throw new AssertionError("no COPYUID: " + told);
            }
            model.remove(place);
            put(new Place(other, Long.parseLong(copied.group(1))), message);
        } else {
            Message after = new Message(message.number(), message.flagged(), true);
            open = new Open.Change(place, after);
            wire.ok("UID STORE " + place.uid() + " +FLAGS (\\Deleted)");
            model.put(place, after);
            open = new Open.Expunge(place);
            wire.ok("UID EXPUNGE " + place.uid());
            model.remove(place);
        }
        open = null;
    }

    private void append(WireClient wire) throws IOException {
        number += step;
        open = new Open.Append(number);
        String told = wire.await(wire.sendAppend(one, "", SampleMessages.message(number)))
                .getLast()
                .text();
        Matcher appended = APPENDED.matcher(told);
        if (!appended.find()) {
            throw new AssertionError("no APPENDUID: " + told);
        }
        put(new Place(one, Long.parseLong(appended.group(1))), new Message(number, false, false));
        open = null;
    }

    private void put(Place place, Message message) {
        if (highest.getOrDefault(place.mailbox(), 0L) >= place.uid()) {
            throw new AssertionError("UID " + place + " was given out twice");
        }
        highest.put(place.mailbox(), place.uid());
        model.put(place, message);
    }

    /** Compares what is there with the model, and takes it over where a command was open. */
    void check(WireClient wire) throws IOException {
        Map<Place, Message> found = new HashMap<>();
        for (String mailbox : List.of(one, other)) {
            if (wire.ok("EXAMINE " + mailbox).stream()
                    .anyMatch(line -> line.text().equals("* 0 EXISTS"))) {
                continue;
            }
            for (WireClient.Response response : wire.ok("UID FETCH 1:* (FLAGS BODY.PEEK[])")) {
                if (response.literals().isEmpty()) {
                    continue;
                }
                byte[] octets = response.literals().getFirst();
                Matcher told = NUMBER.matcher(new String(octets, StandardCharsets.ISO_8859_1));
                Matcher uid = UID.matcher(response.text());
                if (!told.find() || !uid.find()) {
                    throw new AssertionError("no message of ours: " + response.text());
                }
                int its = Integer.parseInt(told.group(1));
                if (!Arrays.equals(octets, SampleMessages.message(its))) {
                    throw new AssertionError("message " + its + " is not as it was sent");
                }
                found.put(
                        new Place(mailbox, Long.parseLong(uid.group(1))),
                        new Message(
                                its,
                                response.text().contains("\\Flagged"),
                                response.text().contains("\\Deleted")));
            }
        }
        List<Map<Place, Message>> allowed = new ArrayList<>(List.of(model));
        after(found).ifPresent(allowed::add);
        if (!allowed.contains(found)) {
            throw new AssertionError("after " + open + ": " + difference(found));
        }
        model.clear();
        model.putAll(found);
        found.keySet().forEach(place -> highest.merge(place.mailbox(), place.uid(), Math::max));
        open = null;
    }

    /** The model with the open command carried out, whose new UID is taken from what was found. */
    private java.util.Optional<Map<Place, Message>> after(Map<Place, Message> found) {
        Open command = open;
        if (command == null) {
            return java.util.Optional.empty();
        }
        Map<Place, Message> after = new HashMap<>(model);
        switch (command) {
            case Open.Append(int its) ->
                fresh(found, one, its).ifPresent(place -> after.put(place, new Message(its, false, false)));
            case Open.Change(Place place, Message changed) -> after.put(place, changed);
            case Open.Expunge(Place place) -> after.remove(place);
            case Open.Move(Place place) -> {
                Message moved = after.remove(place);
                if (moved == null) {
                    throw new IllegalStateException("nothing was moved");
                }
                fresh(found, other, moved.number()).ifPresent(to -> after.put(to, moved));
            }
        }
        return java.util.Optional.of(after);
    }

    private java.util.Optional<Place> fresh(Map<Place, Message> found, String mailbox, int its) {
        return found.entrySet().stream()
                .filter(entry -> entry.getKey().mailbox().equals(mailbox)
                        && entry.getValue().number() == its
                        && entry.getKey().uid() > highest.getOrDefault(mailbox, 0L))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private String difference(Map<Place, Message> found) {
        Set<Place> missing = new HashSet<>(model.keySet());
        missing.removeAll(found.keySet());
        Set<Place> extra = new HashSet<>(found.keySet());
        extra.removeAll(model.keySet());
        List<Place> other = model.keySet().stream()
                .filter(place -> found.containsKey(place) && !model.get(place).equals(found.get(place)))
                .toList();
        return "missing " + missing + ", not acknowledged " + extra + ", changed " + other;
    }
}
