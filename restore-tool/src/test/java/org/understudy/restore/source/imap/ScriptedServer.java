package org.understudy.restore.source.imap;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IMAP server for tests, well-behaved but for what its script says. Answers each connection on a thread of its own. */
public final class ScriptedServer implements AutoCloseable {
    /** A message as the server has it. */
    record Mail(String flags, String date, String text, String gmail) {}

    /** A mailbox as the server has it. */
    public static final class Box {
        String listLine = "";
        long uidValidity = 77;
        final TreeMap<Long, Mail> mails = new TreeMap<>();

        public Box mail(long uid, String flags, String text) {
            mails.put(uid, new Mail(flags, "05-Jan-2026 08:00:00 +0100", text, ""));
            return this;
        }
    }

    /** Says otherwise than a well-behaved server. */
    interface Script {
        Script NONE = (session, tag, command) -> false;

        /** Whether the command was answered. */
        boolean answer(Session session, String tag, String command) throws IOException;
    }

    final Map<String, Box> boxes = new LinkedHashMap<>();
    final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger connections = new AtomicInteger();
    volatile Script script = Script.NONE;
    volatile String capabilities = "IMAP4rev1 AUTH=PLAIN";
    volatile String greeting = "* OK ready";

    private final ServerSocket listening;
    private volatile boolean closed;

    public ScriptedServer() throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    }

    ScriptedServer(ServerSocket listening) {
        this.listening = listening;
        Thread.ofVirtual().start(this::accept);
    }

    public Box box(String name) {
        return boxes.computeIfAbsent(name, n -> {
            Box box = new Box();
            box.listLine = "() \"/\" \"" + n + "\"";
            return box;
        });
    }

    public int port() {
        return listening.getLocalPort();
    }

    ImapAddress address() {
        return ImapAddress.parse("imap://ana@127.0.0.1:" + port() + "/");
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = listening.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                if (!closed) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new Session(socket).run();
        } catch (IOException e) {
            commands.add("(connection ended)");
        }
    }

    /** One connection. */
    final class Session {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private Box selected = new Box();

        Session(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new BufferedInputStream(socket.getInputStream());
            this.out = socket.getOutputStream();
        }

        void run() throws IOException {
            send(greeting + "\r\n");
            while (!socket.isClosed()) {
                String line = line();
                if (line == null) {
                    return;
                }
                while (line.matches("(?s).*\\{\\d+}")) {
                    int open = line.lastIndexOf('{');
                    int length = Integer.parseInt(line.substring(open + 1, line.length() - 1));
                    send("+ go on\r\n");
                    line = line.substring(0, open)
                            + '"'
                            + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1)
                            + '"'
                            + line();
                }
                commands.add(line);
                int blank = line.indexOf(' ');
                if (blank < 0) {
                    return; // no command: a TLS greeting, perhaps
                }
                String tag = line.substring(0, blank);
                String command = line.substring(blank + 1);
                if (!script.answer(this, tag, command)) {
                    answer(tag, command);
                }
            }
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int octet = in.read(); octet != '\n'; octet = in.read()) {
                if (octet < 0) {
                    return null;
                }
                line.write(octet);
            }
            return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        }

        void cut() throws IOException {
            socket.close();
        }

        Box selected() {
            return selected;
        }

        /** As a well-behaved server does. */
        void answer(String tag, String command) throws IOException {
            String word = command.split(" ")[0];
            switch (word) {
                case "CAPABILITY" -> send("* CAPABILITY " + capabilities + "\r\n");
                case "AUTHENTICATE" -> {
                    send("+ \r\n");
                    commands.add("secret " + line());
                }
                case "LIST", "LSUB" -> {
                    for (Box box : boxes.values()) {
                        send("* " + word + " " + box.listLine + "\r\n");
                    }
                }
                case "EXAMINE" -> {
                    String name = command.substring(9, command.length() - 1).replace("\\\\", "\\");
                    Box box = boxes.get(name);
                    if (box == null) {
                        send(tag + " NO there is no " + name + "\r\n");
                        return;
                    }
                    selected = box;
                    send("* " + box.mails.size() + " EXISTS\r\n* OK [UIDVALIDITY " + box.uidValidity + "] ok\r\n");
                }
                case "UID" -> uid(command);
                case "LOGOUT" -> send("* BYE see you\r\n");
                default -> {
                    // OK
                }
            }
            send(tag + " OK done\r\n");
            if (word.equals("LOGOUT")) {
                cut();
            }
        }

        private void uid(String command) throws IOException {
            if (command.startsWith("UID SEARCH")) {
                StringBuilder uids = new StringBuilder();
                selected.mails.keySet().forEach(uid -> uids.append(' ').append(uid));
                send("* SEARCH" + uids + "\r\n");
                return;
            }
            for (long uid : asked(command, selected)) {
                fetch(uid, command);
            }
        }

        void fetch(long uid, String command) throws IOException {
            Mail mail = selected.mails.get(uid);
            int number = selected.mails.headMap(uid).size() + 1;
            String items = "UID " + uid + " FLAGS (" + mail.flags() + ")";
            items += " INTERNALDATE \"" + mail.date() + "\" RFC822.SIZE "
                    + mail.text().length();
            if (command.contains("X-GM-MSGID")) {
                items += " X-GM-MSGID " + mail.gmail();
            }
            if (command.contains("BODY.PEEK[]")) {
                items += " BODY[] {" + mail.text().length() + "}\r\n" + mail.text();
            }
            send("* " + number + " FETCH (" + items + ")\r\n");
        }
    }

    /** UIDs that a UID FETCH asks for and that are there. */
    static List<Long> asked(String command, Box box) {
        Matcher set = Pattern.compile("UID FETCH (\\S+) .*").matcher(command);
        List<Long> uids = new ArrayList<>();
        if (set.matches()) {
            for (String range : set.group(1).split(",")) {
                String[] ends = range.split(":");
                long first = Long.parseLong(ends[0]);
                String last = ends[ends.length - 1];
                uids.addAll(box.mails
                        .subMap(first, true, last.equals("*") ? Long.MAX_VALUE : Long.parseLong(last), true)
                        .keySet());
            }
        }
        return uids;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        listening.close();
    }
}
