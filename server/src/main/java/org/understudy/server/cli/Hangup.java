package org.understudy.server.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes SIGHUP a call instead of the end of the process. Java has signals in {@code sun.misc} only, which is not there for
 * compilers; it is looked up by name.
 */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** From now on SIGHUP runs {@code action}, on a thread of its own; where it cannot, the log says so. */
    static void calls(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MethodHandle run = MethodHandles.dropArguments(
                    lookup.findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                            .bindTo((Runnable) () -> Hangup.run(action)),
                    0,
                    signal);
            Object hup = lookup.findConstructor(signal, MethodType.methodType(void.class, String.class))
                    .invoke("HUP");
            Object unused = lookup.findStatic(signal, "handle", MethodType.methodType(handler, signal, handler))
                    .invoke(hup, MethodHandleProxies.asInterfaceInstance(handler, run));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            LOG.warn("SIGHUP cannot be listened to here ({}): use 'understudy tls reload'", e.toString());
        }
    }

    private static void run(Runnable action) {
        LOG.info("SIGHUP: certificates are read again");
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("What SIGHUP asks for has failed", e);
        }
    }
}
