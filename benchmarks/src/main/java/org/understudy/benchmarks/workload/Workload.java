package org.understudy.benchmarks.workload;

import java.io.IOException;
import org.understudy.benchmarks.subject.Subject;

/** Some operations that are measured together. */
public interface Workload {
    String name();

    /** Fills what is needed, before the first measurement; not measured. */
    void prepare(Subject subject) throws IOException, InterruptedException;

    /** Measures once. */
    void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException;
}
