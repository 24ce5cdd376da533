package org.understudy.restore.validate;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Recomputes the digest of a message's octets that an index or a file beside it keeps (Zimbra). As with {@link
 * IndexGuidCheck}, such a record is not signed and lies in the same backup: an equal one supports, and none differs by
 * chance.
 */
final class OctetsDigestCheck implements Check {
    private static final byte[] LF = {'\n'};
    private static final byte[] CRLF = {'\r', '\n'};

    @Override
    public String name() {
        return "index-digest";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        List<Witness.OctetsDigest> stated = message.witnesses().stream()
                .filter(Witness.OctetsDigest.class::isInstance)
                .map(Witness.OctetsDigest.class::cast)
                .toList();
        return stated.isEmpty() ? (scan, findings) -> {} : new Digests(stated);
    }

    private static final class Digests implements Observer, LineSink {
        private final List<Witness.OctetsDigest> stated;
        private final List<MessageDigest> digests = new ArrayList<>();

        Digests(List<Witness.OctetsDigest> stated) {
            this.stated = stated;
            for (Witness.OctetsDigest one : stated) {
                try {
                    digests.add(MessageDigest.getInstance(one.algorithm()));
                } catch (NoSuchAlgorithmException e) {
                    throw new IllegalStateException("every Java platform has " + one.algorithm(), e);
                }
            }
        }

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            for (MessageDigest digest : digests) {
                digest.update(buffer, from, to - from);
                if (ending > 0) {
                    digest.update(ending == 1 ? LF : CRLF);
                }
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
            for (int i = 0; i < stated.size(); i++) {
                Witness.OctetsDigest one = stated.get(i);
                String found = HexFormat.of().formatHex(digests.get(i).digest());
                boolean equal = one.hex().equals(found);
                findings.add(
                        equal ? Strength.SUPPORT : Strength.CONTRADICTION,
                        new Place.Whole(),
                        equal
                                ? one.algorithm() + " equals the one in " + one.from()
                                : "%s in %s is %s, found %s".formatted(one.algorithm(), one.from(), one.hex(), found));
            }
        }
    }
}
