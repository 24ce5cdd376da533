package org.understudy.server.doctor;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.understudy.server.admin.ServerStatus.Listening;
import org.understudy.server.config.Configuration.Listener;

/** Checks that the ports can be listened on, or that the server does. */
final class PortChecks {
    private static final String LISTENING = "0A";

    private PortChecks() {}

    /** @param running where the server listens; empty if none runs */
    static Advice port(String name, Listener listener, List<Listening> running, PortTrial trial, Machine machine) {
        String check = "port " + name;
        String where = listener.host() + ":" + listener.port();
        Optional<Listening> ours =
                running.stream().filter(one -> one.name().equals(name)).findFirst();
        if (ours.isPresent()) {
            String really = ours.get().host() + ":" + ours.get().port();
            return listener.port() == 0 || ours.get().port() == listener.port()
                    ? reach(check, "the running server listens on " + really, listener)
                    : Advice.warn(
                            check,
                            "the running server listens on " + really + ", and the configuration says " + where,
                            "Restart the server so that the configuration holds, or name the one it runs with by"
                                    + " --config.");
        }
        PortTrial.Outcome outcome = trial.listen(listener.host(), listener.port());
        return switch (outcome) {
            case PortTrial.Outcome.Free free -> reach(check, where + " is free", listener);
            case PortTrial.Outcome.Taken taken -> {
                List<String> holders = holders(listener.port(), machine);
                yield Advice.fail(
                        check,
                        where + " is held by "
                                + (holders.isEmpty()
                                        ? "a process that this account may not see"
                                        : String.join(", ", holders)),
                        "Stop that program, or set another port in " + setting(name) + ".");
            }
            case PortTrial.Outcome.Forbidden forbidden ->
                Advice.warn(
                        check,
                        "the account " + machine.account() + " may not listen on " + where,
                        "The package's unit has the right to (CAP_NET_BIND_SERVICE). By hand use a port above 1023, or run"
                                + " this command as root.");
            case PortTrial.Outcome.NoSuchAddress none ->
                Advice.fail(
                        check,
                        where + " cannot be listened on: " + none.words(),
                        "Set " + setting(name) + ".host to an address of this machine, or 0.0.0.0 for all.");
        };
    }

    /** Where the configuration says it. */
    private static String setting(String name) {
        return name.equals("admin") ? "admin" : "listeners." + name;
    }

    private static Advice reach(String check, String found, Listener listener) {
        boolean loopback;
        try {
            loopback = InetAddress.getByName(listener.host()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            loopback = false;
        }
        return Advice.ok(check, found + (loopback ? ", from this machine only" : ""));
    }

    /** Who listens on a port, by the kernel's tables of TCP sockets (proc(5)). */
    static List<String> holders(int port, Machine machine) {
        List<String> found = new ArrayList<>();
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        Stream.of("/proc/net/tcp", "/proc/net/tcp6")
                .flatMap(file -> machine.read(file).stream())
                .flatMap(String::lines)
                .map(line -> line.strip().split("\\s+"))
                .filter(words -> words.length > 9 && words[1].endsWith(suffix) && words[3].equals(LISTENING))
                .flatMap(words -> machine.holders(Long.parseLong(words[9])).stream())
                .distinct()
                .forEach(found::add);
        return found;
    }
}
