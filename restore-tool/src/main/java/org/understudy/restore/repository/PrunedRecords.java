package org.understudy.restore.repository;

import com.fasterxml.jackson.core.JacksonException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.backend.Existing;
import org.understudy.storage.OperatorException;

/** The records of pruned snapshots in a repository, each with its signature beside it. */
final class PrunedRecords {
    static final String FOLDER = "pruned/";
    private static final String SUFFIX = ".json";

    private final Repository repository;
    private final TrustedKeys trusted;

    PrunedRecords(Repository repository, TrustedKeys trusted) {
        this.repository = repository;
        this.trusted = trusted;
    }

    /**
     * @param sound by the snapshots' ids, those whose signature verifies
     * @param findings what is wrong with the others, which count for nothing
     */
    record Reading(Map<String, PrunedSnapshot> sound, List<RepositoryFinding> findings) {}

    static String name(String id) {
        return FOLDER + id + SUFFIX;
    }

    Reading read() {
        Map<String, PrunedSnapshot> sound = new TreeMap<>();
        List<RepositoryFinding> findings = new ArrayList<>();
        try {
            for (var entry : repository.backend().list(FOLDER)) {
                String file = entry.name().substring(FOLDER.length());
                if (file.endsWith(SUFFIX)) {
                    String id = file.substring(0, file.length() - SUFFIX.length());
                    read(id, findings).ifPresent(record -> sound.put(id, record));
                }
            }
        } catch (IOException e) {
            throw Refusal.io("listing", repository.backend().location("pruned"), e);
        }
        return new Reading(sound, findings);
    }

    private Optional<PrunedSnapshot> read(String id, List<RepositoryFinding> findings) throws IOException {
        byte[] bytes = repository.backend().read(name(id));
        try {
            PrunedSnapshot record = Json.MAPPER.readValue(bytes, PrunedSnapshot.class);
            if (!PrunedSnapshot.FORMAT.equals(record.format()) || record.version() != PrunedSnapshot.VERSION) {
                findings.add(wrong(
                        id,
                        "format " + PrunedSnapshot.FORMAT + " version " + PrunedSnapshot.VERSION,
                        "format '" + record.format() + "' version " + record.version()));
            } else if (!record.id().equals(id) || !record.repositoryId().equals(repository.id())) {
                findings.add(wrong(id, "the record of snapshot " + id, "that of snapshot " + record.id()));
            } else if (!verifies(record, bytes)) {
                findings.add(wrong(id, "the bytes that key " + record.signingKey() + " signed", "others"));
            } else {
                return Optional.of(record);
            }
        } catch (JacksonException e) {
            findings.add(wrong(id, "JSON with the fields of a record", e.getOriginalMessage()));
        } catch (NoSuchFileException e) {
            findings.add(wrong(id, "a signature beside it", "no file"));
        }
        return Optional.empty();
    }

    /** With a key that this machine trusts; one that trusts none has only the repository's own copies. */
    private boolean verifies(PrunedSnapshot record, byte[] bytes) throws IOException {
        byte[] signature = repository.backend().read(name(record.id()) + ".sig");
        Optional<PublicKey> key = trusted.find(record.signingKey());
        try {
            if (key.isEmpty() && trusted.isEmpty()) {
                key = ManifestReader.repositoryCopy(repository, record.signingKey());
            }
            return key.isPresent() && Keys.verifies(key.get(), bytes, signature);
        } catch (OperatorException e) {
            // A copy that is no key is as good as none.
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK since 15 has Ed25519", e);
        }
    }

    /** Writes one, durably; the signature first, so that a record without one is a fault and not an interruption. */
    void write(PrunedSnapshot record, SigningKey key) throws IOException {
        byte[] bytes = Json.MAPPER.writeValueAsBytes(record);
        repository.backend().put(name(record.id()) + ".sig", key.sign(bytes), Existing.REPLACE);
        repository.backend().put(name(record.id()), bytes, Existing.REPLACE);
    }

    private static RepositoryFinding wrong(String id, String expected, String found) {
        return RepositoryFinding.of(
                Kind.PRUNED_RECORD_WRONG,
                id,
                name(id),
                expected,
                found,
                "The record that takes the place of a pruned snapshot in the chain cannot be trusted.",
                "Bring the record and its .sig back from a copy of the repository.");
    }
}
