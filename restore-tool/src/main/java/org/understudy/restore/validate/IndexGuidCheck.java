package org.understudy.restore.validate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Recomputes the SHA-1 of the canonical form where an index keeps it as the message's GUID (Cyrus). An index is no signed
 * record, and SHA-1 no longer withstands forgers, so an equal one supports; by chance none is equal, and none differs.
 */
final class IndexGuidCheck implements Check {
    private static final byte[] CRLF = {'\r', '\n'};

    @Override
    public String name() {
        return "index-guid";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        List<Witness.ContentGuid> guids = message.witnesses().stream()
                .filter(Witness.ContentGuid.class::isInstance)
                .map(Witness.ContentGuid.class::cast)
                .toList();
        return guids.isEmpty() ? (scan, findings) -> {} : new Guids(guids);
    }

    private static final class Guids implements Observer, LineSink {
        private final List<Witness.ContentGuid> guids;
        private final MessageDigest sha1;

        Guids(List<Witness.ContentGuid> guids) {
            this.guids = guids;
            try {
                this.sha1 = MessageDigest.getInstance("SHA-1");
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java platform has SHA-1", e);
            }
        }

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            sha1.update(buffer, from, to - from);
            if (ending > 0) {
                sha1.update(CRLF);
            }
        }

        @Override
        public void headerEnd(HeaderBlock header, long bodyOffset) {}

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
            headerLine(buffer, from, to, ending, offset);
        }

        @Override
        public void end(long size) {}

        @Override
        public void conclude(Scan scan, Findings findings) {
            String found = HexFormat.of().formatHex(sha1.digest());
            for (Witness.ContentGuid guid : guids) {
                if (guid.sha1().equals(found)) {
                    findings.add(
                            Strength.SUPPORT,
                            new Place.Whole(),
                            "SHA-1 equals the GUID that " + guid.from() + " keeps");
                } else {
                    findings.add(
                            Strength.CONTRADICTION,
                            new Place.Whole(),
                            guid.from() + " keeps the GUID " + guid.sha1() + ", found " + found);
                }
            }
        }
    }
}
