package org.understudy.restore.cli;

/** What is round the verbs: knows the global options of the command line just parsed. */
public interface Frame {
    Invocation invocation();
}
