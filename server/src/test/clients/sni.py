"""Logs in COUNT times over IMAPS at 127.0.0.1:PORT, asking for HOST, trusting TRUSTED alone, checking the name.

sni.py HOST PORT TRUSTED USER PASSWORD COUNT
"""
import imaplib
import socket
import ssl
import sys

host, port, trusted, user, password, count = sys.argv[1:]


class ByName(imaplib.IMAP4):
    """Connects to loopback, and asks TLS for the host."""

    def _create_socket(self, timeout=None):
        context = ssl.create_default_context(cafile=trusted)
        plain = socket.create_connection(("127.0.0.1", int(port)), 60)
        return context.wrap_socket(plain, server_hostname=host)


for _ in range(int(count)):
    client = ByName(host, int(port))
    client.login(user, password)
    client.select("INBOX")
    client.logout()
print(count, "logins")
