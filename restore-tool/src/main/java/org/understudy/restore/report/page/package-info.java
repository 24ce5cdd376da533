/**
 * What validation found, as a page for a browser and as text for a terminal. A restore's report and an inspection are
 * first brought into one form, {@code Assessment}, from which both are written.
 *
 * <p>Invariants: a page is one file of well-formed XHTML, served as HTML, that asks for nothing else: no script, no
 * font, no picture, and a content security policy that forbids them. Every figure comes from the record; bins, months,
 * mailboxes and verdicts each add up to it. No text from mail, paths or names reaches the page unescaped, and characters
 * that hide or turn text are shown by their code points. Memory while writing does not grow with the report.
 *
 * <p>Not guaranteed: that a page lists everything. Long lists are cut, say by how much, and say where the whole is.
 */
@NullMarked
package org.understudy.restore.report.page;

import org.jspecify.annotations.NullMarked;
