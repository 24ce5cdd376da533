package org.understudy.server.tls;

import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The work behind {@code understudy tls} that a running server does. */
public final class TlsOperations {
    private TlsOperations() {}

    public record Nothing() {}

    /** {@code tls.reload}: reads every certificate again, now. */
    public static final class Reload implements Operation<Nothing, TlsStatus> {
        private final @Nullable CertificateKeeper keeper;

        private Reload(@Nullable CertificateKeeper keeper) {
            this.keeper = keeper;
        }

        /** Where no server runs, and there is nothing to do. */
        public static Reload withoutServer() {
            return new Reload(null);
        }

        public static Reload in(CertificateKeeper keeper) {
            return new Reload(keeper);
        }

        @Override
        public String name() {
            return "tls.reload";
        }

        @Override
        public Role role() {
            return Role.ADMIN;
        }

        @Override
        public Class<Nothing> requestType() {
            return Nothing.class;
        }

        @Override
        public Class<TlsStatus> resultType() {
            return TlsStatus.class;
        }

        @Override
        public TlsStatus run(Nothing request, Workplace workplace, Progress progress) {
            if (keeper == null) {
                throw new OperatorException(
                        Reason.UNREACHABLE,
                        "no server runs that shows certificates",
                        "start it with 'understudy server'; it reads them then");
            }
            return keeper.reload();
        }
    }
}
