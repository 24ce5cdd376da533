"""Drives the server with Python's imaplib: python3 imaplib_session.py HOST IMAPS_PORT IMAP_PORT CERTIFICATE USER PASSWORD.

Ends with exit code 0 and the line "done" if all went as RFC 9051 says, else with a traceback.
"""

import imaplib
import re
import ssl
import sys
import time

imaplib._MAXLINE = 10_000_000
MESSAGES = 200
LARGE = 6 * 1024 * 1024


def message(number):
    """An own message for each number, octets as they go over the wire; every third is 8-bit and not UTF-8."""
    head = (
        f"Date: Mon, 27 May 2024 10:{number // 60:02d}:{number % 60:02d} +0200\r\n"
        f"From: Carla <carla@example.org>\r\nTo: anna@example.org\r\n"
        f"Subject: number {number:04d}\r\nMessage-ID: <imaplib-{number}@example.org>\r\n"
    ).encode()
    if number % 3 == 0:
        body = bytes(octet for octet in range(1, 256) if octet not in (10, 13)) + b"\r\n"
        return head + b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\n" \
            b"Content-Transfer-Encoding: 8bit\r\n\r\n" + body * (1 + number % 5)
    return head + b"\r\n" + b"A line of text.\r\n" * (number + 1)


def large():
    line = b"x" * 70 + b"\r\n"
    return b"Subject: large\r\nMessage-ID: <imaplib-large@example.org>\r\n\r\n" + line * (LARGE // len(line))


def ok(answer):
    status, data = answer
    assert status == "OK", answer
    return data


def appended(data):
    """The UID of an APPENDUID response code."""
    return int(re.search(rb"APPENDUID \d+ (\d+)", data[0]).group(1))


def bodies(data):
    """UID to octets of a FETCH of (UID BODY.PEEK[])."""
    found = {}
    for part in data:
        if isinstance(part, tuple):
            found[int(re.search(rb"UID (\d+)", part[0]).group(1))] = part[1]
    return found


def flags(connection, uid):
    data = ok(connection.uid("FETCH", str(uid), "(FLAGS)"))
    return {flag.decode() for flag in imaplib.ParseFlags(data[0])} - {"\\Recent"}


def refuses_login_in_plain_text(host, port, user, password):
    plain = imaplib.IMAP4(host, port)
    assert "LOGINDISABLED" in plain.capabilities, plain.capabilities
    assert "STARTTLS" in plain.capabilities, plain.capabilities
    try:
        plain.login(user, password)
        raise AssertionError("LOGIN over plain text was accepted")
    except imaplib.IMAP4.error:
        pass
    plain.shutdown()


def starts_tls(host, port, context, user, password):
    connection = imaplib.IMAP4(host, port)
    connection.starttls(context)
    assert "LOGINDISABLED" not in connection.capabilities, connection.capabilities
    connection.login(user, password)
    ok(connection.select("INBOX", readonly=True))
    connection.logout()


def main(host, imaps, imap, certificate, user, password):
    context = ssl.create_default_context(cafile=certificate)
    refuses_login_in_plain_text(host, imap, user, password)
    starts_tls(host, imap, context, user, password)

    connection = imaplib.IMAP4_SSL(host, imaps, ssl_context=context)
    try:
        connection.login(user, password + "x")
        raise AssertionError("a wrong password was accepted")
    except imaplib.IMAP4.error:
        pass
    connection.login(user, password)

    ok(connection.create("Work"))
    ok(connection.create("Work.2024"))
    ok(connection.create("Copies"))
    names = [line.decode().rsplit(" ", 1)[-1].strip('"') for line in ok(connection.list())]
    assert {"INBOX", "Work", "Work.2024", "Copies"} <= set(names), names

    sent = {}
    start = time.monotonic()
    for number in range(MESSAGES):
        octets = message(number)
        mark = "(\\Seen)" if number % 2 else None
        date = imaplib.Time2Internaldate(1_716_800_000 + number)
        sent[appended(ok(connection.append("Work", mark, date, octets)))] = octets
    print(f"{MESSAGES / (time.monotonic() - start):.0f} appends/s")
    octets = large()
    large_uid = appended(ok(connection.append("Work", None, None, octets)))
    sent[large_uid] = octets
    assert len(sent) == MESSAGES + 1

    assert int(ok(connection.select("Work"))[0]) == MESSAGES + 1
    uids = [int(uid) for uid in ok(connection.uid("SEARCH", "ALL"))[0].split()]
    assert uids == sorted(sent), uids
    assert len(ok(connection.uid("SEARCH", "SEEN"))[0].split()) == MESSAGES // 2
    assert ok(connection.uid("SEARCH", "SUBJECT", '"number 0042"'))[0].split() == [str(uids[42]).encode()]
    assert ok(connection.uid("SEARCH", "HEADER", "Message-ID", "<imaplib-7@example.org>"))[0].split() == [
        str(uids[7]).encode()
    ]
    assert ok(connection.uid("SEARCH", "LARGER", "1000000"))[0].split() == [str(large_uid).encode()]
    assert len(ok(connection.uid("SEARCH", "ON", "27-May-2024", "BODY", '"line of text"'))[0].split()) == len(
        [number for number in range(MESSAGES) if number % 3]
    )

    fetched = bodies(ok(connection.uid("FETCH", "1:*", "(UID BODY.PEEK[])")))
    assert fetched == sent, [uid for uid in sent if fetched.get(uid) != sent[uid]]
    part = bodies(ok(connection.uid("FETCH", str(large_uid), "(UID BODY.PEEK[]<1000000.5000>)")))
    assert part[large_uid] == octets[1000000:1005000]
    date = ok(connection.uid("FETCH", str(uids[5]), "(INTERNALDATE)"))[0]
    assert time.mktime(imaplib.Internaldate2tuple(date)) == 1_716_800_005, date

    first, second, third = uids[0], uids[1], uids[2]
    ok(connection.uid("STORE", f"{first},{third}", "+FLAGS", "(\\Flagged $Label1 Project-X)"))
    assert flags(connection, first) == {"\\Flagged", "$Label1", "Project-X"}, flags(connection, first)
    ok(connection.uid("STORE", str(third), "-FLAGS", "(\\Flagged Project-X)"))
    assert flags(connection, third) == {"$Label1"}, flags(connection, third)
    ok(connection.uid("STORE", str(second), "FLAGS", "(\\Answered NonJunk)"))
    assert flags(connection, second) == {"\\Answered", "NonJunk"}, flags(connection, second)
    assert ok(connection.uid("SEARCH", "KEYWORD", "$Label1"))[0].split() == [b"%d" % first, b"%d" % third]

    ok(connection.uid("COPY", f"{uids[0]}:{uids[9]}", "Copies"))
    ok(connection.uid("STORE", f"{uids[10]}:{uids[19]}", "+FLAGS.SILENT", "(\\Deleted)"))
    gone = ok(connection.expunge())
    assert gone == [b"11"] * 10, gone
    left = [int(uid) for uid in ok(connection.uid("SEARCH", "ALL"))[0].split()]
    assert left == uids[:10] + uids[20:], left

    assert int(ok(connection.select("Copies"))[0]) == 10
    copies = bodies(ok(connection.uid("FETCH", "1:*", "(UID BODY.PEEK[])")))
    assert [copies[uid] for uid in sorted(copies)] == [sent[uid] for uid in uids[:10]]
    assert flags(connection, sorted(copies)[0]) == {"\\Flagged", "$Label1", "Project-X"}
    ok(connection.close())
    ok(connection.rename("Copies", "Work.Copies"))
    assert int(ok(connection.select("Work.Copies"))[0]) == 10
    ok(connection.close())
    ok(connection.delete("Work.Copies"))
    assert connection.select("Work.Copies")[0] == "NO"
    connection.logout()
    print("done")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5], sys.argv[6])
