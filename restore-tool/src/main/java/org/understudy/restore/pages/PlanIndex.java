package org.understudy.restore.pages;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.sealed.SealedFile;

/**
 * A plan's figures, and where its steps lie. The document's SHA-256 is what is approved.
 *
 * @param totals with {@value #USERS} users at most
 * @param allUsers how many users gain something
 */
public record PlanIndex(DocumentMark document, PlanTotals totals, long allUsers, PagedList steps) {
    public static final String DOCUMENT = "plan.json";
    public static final String NAME = "plan.index";

    /** How many users are kept. */
    public static final int USERS = 1_000;

    /** How many steps a page has. */
    public static final int EACH = 200;

    private static final SealedFile<PlanIndex> SEALED = new SealedFile<>("understudy-plan-index", 1, PlanIndex.class);

    /** To be called before the plan is replaced. */
    public static void remove(Path folder) {
        ReportIndex.remove(folder, NAME);
    }

    /**
     * Empty where there is none of that plan, or it was damaged; then it is to be made.
     *
     * @param hash of the plan
     */
    public static Optional<PlanIndex> read(Path folder, String hash) {
        try {
            Optional<PlanIndex> index = SEALED.read(folder.resolve(NAME));
            return index.isPresent()
                            && index.get().document().sha256().equals(hash)
                            && index.get().document().fits(folder.resolve(DOCUMENT))
                    ? index
                    : Optional.empty();
        } catch (SealedFile.DamagedException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw OnDisk.failure("cannot look at " + folder.resolve(DOCUMENT), e);
        }
    }

    /**
     * Makes the index of the plan that lies in a restore's folder, and writes it beside.
     *
     * @throws org.understudy.storage.OperatorException if it cannot be read or written
     */
    public static PlanIndex make(Path folder) {
        Path document = folder.resolve(DOCUMENT);
        ObjectReader mapper = RestoreJson.mapper().reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        PlanTotals[] totals = new PlanTotals[1];
        try {
            DocumentScan.Scanned scanned = DocumentScan.of(document, Map.of("steps", EACH), (name, in) -> {
                if (name.equals("totals")) {
                    totals[0] = mapper.forType(PlanTotals.class).readValue(in);
                } else {
                    in.skipChildren();
                }
            });
            if (totals[0] == null) {
                throw new IOException("it has no totals");
            }
            PlanIndex index = new PlanIndex(
                    scanned.document(), cut(totals[0]), totals[0].users().size(), scanned.list("steps"));
            SEALED.write(folder, NAME, index);
            return index;
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + document, e);
        }
    }

    private static PlanTotals cut(PlanTotals all) {
        List<PlanTotals.UserGain> some = all.users().stream().limit(USERS).toList();
        return new PlanTotals(
                all.messages(),
                all.add(),
                all.quarantine(),
                all.addBytes(),
                all.createMailboxes(),
                all.changeFlags(),
                all.skipped(),
                some);
    }

    /**
     * Steps as previews print them.
     *
     * @param page from 1
     */
    public List<String> page(Path folder, int page) throws StaleIndexException {
        return steps.page(folder.resolve(DOCUMENT), page, RestoreJson.mapper(), PlanStep.class).stream()
                .map(PlanStep::text)
                .toList();
    }
}
