package org.understudy.restore.repository.backend.encrypted;

/** Lets tests of other packages find what an encrypted repository has put where. */
public final class Sealing {
    private Sealing() {}

    public static String nameBelow(EncryptedBackend backend, String name) throws Exception {
        return backend.keys().find().orElseThrow().sealName(name);
    }
}
