/**
 * The configuration: {@code understudy.conf} in HOCON, read into records once, at start.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A file with an unknown key, a wrong type or a value out of range is refused; every fault is reported, with file
 *       and line, before anything is opened.
 *   <li>Without a file all defaults hold, and they make a working server on loopback.
 *   <li>Relative paths in a file are meant from the folder of that file; the embedded defaults, from the working folder.
 * </ul>
 *
 * <p>Not checked here: whether files exist, ports are free or certificates are good.
 */
@NullMarked
package org.understudy.server.config;

import org.jspecify.annotations.NullMarked;
