package org.understudy.restore.validate;

import java.util.List;
import java.util.Optional;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Compares the header with what the host that took the message in saw of it: a signature that it saw pass must still be
 * there. Whether the body still fits the signature is told by {@link DkimBodyHashCheck}.
 */
final class DeliveryResultsCheck implements Check {
    private static final int SIGNATURE_LIMIT = 16 * 1024;

    @Override
    public String name() {
        return "delivery-results";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return RebuiltCheck.applies(message)
                ? (scan, findings) -> {}
                : (scan, findings) -> conclude(scan.header(), findings);
    }

    private static void conclude(HeaderBlock header, Findings findings) {
        DeliveryResults results = DeliveryResults.of(header);
        Place place = new Place.Header("Authentication-Results");
        if (!results.believed()) {
            if (results.present()) {
                findings.add(Strength.NOTE, place, "not believed: no Received field names its host as the receiver");
            }
            return;
        }
        if (header.cut() || results.passed().isEmpty()) {
            return;
        }
        List<String> signers = header.all("DKIM-Signature").stream()
                .map(field -> Dkim.read(header.value(field, SIGNATURE_LIMIT)))
                .flatMap(signature -> Optional.ofNullable(signature).stream())
                .map(Dkim::domain)
                .toList();
        for (String domain : results.passed().stream().distinct().toList()) {
            boolean there = signers.stream().anyMatch(signer -> domain.equals(signer) || domain.endsWith("." + signer));
            findings.add(
                    there ? Strength.SUPPORT : Strength.DOUBT,
                    place,
                    "the signature of " + domain + " passed at delivery" + (there ? "" : ", and it is gone"));
        }
    }
}
