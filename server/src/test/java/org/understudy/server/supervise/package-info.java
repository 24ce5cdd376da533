/** What systemd hears of the server, by its own command and a socket of the tests. */
package org.understudy.server.supervise;
