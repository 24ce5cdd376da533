package org.understudy.restore.cli;

import org.understudy.restore.progress.Progress;

/** Progress that is being shown; closing it ends what is on the screen. Thread-safe. */
public sealed interface ShownProgress extends Progress, AutoCloseable permits ProgressBar, ProgressLines {
    @Override
    void close();
}
