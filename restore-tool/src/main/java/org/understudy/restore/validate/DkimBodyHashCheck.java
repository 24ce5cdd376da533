package org.understudy.restore.validate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.message.DkimBody;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Recomputes the body hash of every DKIM and ARC signature. No key is needed, and none is looked up: the hash proves that
 * the body is the one that was signed, and nothing of the header. One signature over the whole body that agrees is enough;
 * that none agrees is damage only where nothing else explains it, for lists rewrite what they send on.
 */
final class DkimBodyHashCheck implements Check {
    static final String NAME = "dkim-body";

    private static final int SIGNATURES = 16;
    private static final int CUTS = 64;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return RebuiltCheck.applies(message) ? (scan, findings) -> {} : new Bodies();
    }

    private static final class Bodies implements Observer, BodyLineSink {
        private final List<Dkim> signatures = new ArrayList<>();
        private final List<DkimBody> hashes = new ArrayList<>();
        private final List<DkimBody> distinct = new ArrayList<>();
        private int unreadable;
        private boolean signedBySender;
        private boolean midLine;
        private boolean footer;
        private int cuts;
        private long bodyOffset;
        private long size;

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {}

        @Override
        public void headerEnd(HeaderBlock header, long offset) {
            bodyOffset = offset;
            StringBuilder hops = new StringBuilder();
            for (HeaderBlock.Field field : header.fields()) {
                if (field.name().equalsIgnoreCase("Received")) {
                    hops.append(header.value(field, 300).toLowerCase(Locale.ROOT))
                            .append('\n');
                }
                boolean signature = field.name().equalsIgnoreCase("DKIM-Signature")
                        || field.name().equalsIgnoreCase("ARC-Message-Signature");
                if (!signature || signatures.size() == SIGNATURES) {
                    continue;
                }
                Optional.ofNullable(Dkim.read(header.value(field, 16 * 1024)))
                        .ifPresentOrElse(read -> add(read, hops), () -> unreadable++);
            }
        }

        /**
         * Whether every hop since the signature was made left from the signer's own hosts, so that nobody else had the
         * message in hand between signing and delivery.
         *
         * @param hops the Received fields above the signature, one a line
         */
        private static boolean sentOn(String domain, CharSequence hops) {
            return domain.indexOf('.') > 0
                    && !hops.isEmpty()
                    && hops.toString().lines().allMatch(hop -> {
                        String host = hop.startsWith("from ") ? hop.substring(5).split("[\\s;(]", 2)[0] : "";
                        return host.equals(domain) || host.endsWith("." + domain);
                    });
        }

        private void add(Dkim signature, CharSequence hops) {
            signedBySender |= sentOn(signature.domain(), hops);
            DkimBody shared = null;
            for (int i = 0; i < signatures.size() && shared == null; i++) {
                shared = signature.hashesLike(signatures.get(i)) ? hashes.get(i) : null;
            }
            if (shared == null) {
                shared = new DkimBody(signature.relaxed(), signature.algorithm(), signature.limit());
                distinct.add(shared);
            }
            signatures.add(signature);
            hashes.add(shared);
        }

        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset, int kinds) {
            boolean whole = !midLine;
            midLine = ending == 0;
            if (!footer && whole && cuts < CUTS && isFooterRule(buffer, from, to)) {
                cuts++;
                footer = agreesUpToHere();
            }
            for (DkimBody hash : distinct) {
                hash.line(buffer, from, to, ending, !Octets.none(kinds, Octets.BLANK));
            }
        }

        /** Whether a line is the rule that list software draws above its footer. */
        private static boolean isFooterRule(byte[] buffer, int from, int to) {
            if (to - from < 2 || (buffer[from] != '_' && buffer[from] != '-' && buffer[from] != '=')) {
                return false;
            }
            return buffer[from] == buffer[from + 1];
        }

        private boolean agreesUpToHere() {
            for (int i = 0; i < signatures.size(); i++) {
                if (signatures.get(i).signed(hashes.get(i).hashSoFar())) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public void end(long octets) {
            size = octets;
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            if (unreadable > 0) {
                findings.add(
                        Strength.NOTE,
                        new Place.Header("DKIM-Signature"),
                        unreadable + " signature(s) state no body hash that can be read");
            }
            if (signatures.isEmpty()) {
                return;
            }
            List<byte[]> found = new ArrayList<>();
            for (int i = 0; i < hashes.size(); i++) {
                int first = hashes.indexOf(hashes.get(i));
                found.add(first < i ? found.get(first) : hashes.get(i).hash());
            }
            Place body = new Place.Octets(bodyOffset, size - bodyOffset);
            Dkim partly = null;
            for (int i = 0; i < signatures.size(); i++) {
                Dkim signature = signatures.get(i);
                if (!signature.signed(found.get(i))) {
                    continue;
                }
                if (signature.limit() < 0) {
                    findings.add(
                            Strength.PROOF,
                            body,
                            "the body is the one that " + domain(signature) + " signed"
                                    + (signature.instance().isEmpty()
                                            ? ""
                                            : " (ARC instance " + signature.instance() + ")"));
                    missing(signature, scan.header(), findings);
                    return;
                }
                partly = signature;
            }
            if (partly != null) {
                findings.add(
                        Strength.SUPPORT,
                        body,
                        "the body's first " + partly.limit() + " canonical octets are those that " + domain(partly)
                                + " signed; the rest is unsigned (l=)");
            } else if (footer) {
                findings.add(Strength.SUPPORT, body, "what stands above a list's footer is the signed body");
            } else {
                fail(scan, body, findings);
            }
        }

        /** Fields that were signed as present and are gone; a field named more often than it occurs was signed as absent. */
        private static void missing(Dkim signature, HeaderBlock header, Findings findings) {
            for (String name : List.of("from", "subject", "date", "message-id")) {
                long signed =
                        signature.signedFields().stream().filter(name::equals).count();
                if (signed == 1 && header.first(name) == null && !header.cut()) {
                    findings.add(
                            Strength.DOUBT, new Place.Header(name), "the signature names this field, and it is gone");
                }
            }
        }

        private void fail(Scan scan, Place body, Findings findings) {
            String what = "none of " + signatures.size() + " body hash(es) agrees with the body";
            MailingList list = MailingList.of(scan.header());
            List<String> passedDomains = DeliveryResults.of(scan.header()).passed();
            Optional<Dkim> passed = signatures.stream()
                    .filter(signature -> passedDomains.contains(signature.domain()))
                    .findFirst();
            boolean ofLastSender =
                    signedBySender || signatures.stream().anyMatch(signature -> list.signsAs(signature.domain()));
            if (passed.isPresent() && !list.present() && headerIsWhole(scan.header())) {
                findings.add(
                        Strength.CONTRADICTION,
                        body,
                        what + ", though the signature of " + domain(passed.get())
                                + " passed at delivery and no list changed the message");
            } else if (ofLastSender) {
                findings.add(Strength.DOUBT, body, what + ", not even that of the host which sent the message last");
            } else if (list.rewrites()) {
                findings.add(Strength.NOTE, body, what + "; the list's software rewrites what it sends on");
            } else {
                findings.add(
                        Strength.DOUBT,
                        body,
                        what + ", and nothing in the header says that a list rewrote the message");
            }
        }

        /** Whether the header may testify: one that shows damage of its own, or was edited, may not. */
        private static boolean headerIsWhole(HeaderBlock header) {
            return header.ended()
                    && !header.cut()
                    && header.strayLines() == 0
                    && header.fields().getFirst().offset() == 0;
        }

        private static String domain(Dkim signature) {
            return signature.domain().isEmpty() ? "an unnamed domain" : signature.domain();
        }
    }
}
