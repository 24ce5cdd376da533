package org.understudy.restore.crowd;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.restore.validate.Validation;
import org.understudy.storage.keyspace.Digest;

/** Takes the notes of one message while its lines are read. Used once. */
public final class NoteTaker implements LineSink {
    private static final byte[] CRLF = {'\r', '\n'};
    private static final int GATHERED = 4096;
    private static final int WEAK = 8;
    private static final Set<String> TRACE = names("Received", "Return-Path", "Delivered-To", "X-Original-To");

    private final SectorNotes sectors = new SectorNotes();
    private final MessageDigest body = Digest.sha256();
    private final byte[] gathered = new byte[GATHERED];
    private int waiting;
    private long canonicalBody;
    private long bodyOffset;
    private long trace;
    private List<String> owners = List.of();

    /** Names of fields, found whatever their case. */
    static Set<String> names(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return Collections.unmodifiableSet(set);
    }

    @Override
    public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
        sectors.add(buffer, from, to, ending);
    }

    @Override
    public void headerEnd(HeaderBlock header, long offset) {
        sectors.headerEnds();
        bodyOffset = offset;
        StringBuilder delivery = new StringBuilder();
        for (HeaderBlock.Field field : header.fields()) {
            if (TRACE.contains(field.name())) {
                delivery.append(header.value(field, 1000)).append('\n');
            }
        }
        trace = Mixing.text(delivery);
        owners = OwnerEvidence.addresses(header);
    }

    @Override
    public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
        sectors.add(buffer, from, to, ending);
        hash(buffer, from, to);
        if (ending > 0) {
            hash(CRLF, 0, 2);
        }
    }

    private void hash(byte[] buffer, int from, int to) {
        int octets = to - from;
        canonicalBody += octets;
        if (octets > GATHERED - waiting) {
            body.update(gathered, 0, waiting);
            waiting = 0;
            if (octets > GATHERED) {
                body.update(buffer, from, octets);
                return;
            }
        }
        System.arraycopy(buffer, from, gathered, waiting, octets);
        waiting += octets;
    }

    @Override
    public void end(long size) {
        sectors.end();
        body.update(gathered, 0, waiting);
        waiting = 0;
    }

    /**
     * The notes, when all lines were given.
     *
     * @param validation of the same message, without what this package finds
     */
    public MessageNotes notes(SourceItem.Message item, Validation validation) {
        MessageReading reading = validation.reading();
        long stated = -1;
        long statedCanonical = -1;
        for (Witness witness : item.witnesses()) {
            if (witness instanceof Witness.MaildirSize size) {
                stated = size.octets();
            } else if (witness instanceof Witness.MaildirVirtualSize size) {
                statedCanonical = size.octets();
            }
        }
        boolean proven = false;
        List<MessageNotes.Span> weak = new ArrayList<>();
        for (Finding finding : validation.findings()) {
            if (!(finding.place() instanceof Place.Octets octets)) {
                continue;
            }
            boolean wholeBody = octets.offset() <= bodyOffset && octets.offset() + octets.length() >= reading.rawSize();
            proven |= finding.strength() == Strength.PROOF && wholeBody;
            boolean against = finding.strength() == Strength.DOUBT || finding.strength() == Strength.CONTRADICTION;
            if (against && !wholeBody && weak.size() < WEAK) {
                weak.add(new MessageNotes.Span(octets.offset(), octets.length()));
            }
        }
        return new MessageNotes(
                item.ref().ordinal(),
                item.ref().path(),
                reading.rawSize(),
                bodyOffset,
                canonicalBody,
                reading.canonical().size(),
                stated,
                statedCanonical,
                half(reading.rawDigest().toBytes()),
                half(body.digest()),
                trace,
                Mixing.text(reading.mime().rfc822MessageId()),
                proven,
                sectors.digests(),
                sectors.seams(),
                owners,
                weak);
    }

    private static MessageNotes.Half half(byte[] digest) {
        java.nio.ByteBuffer bytes = java.nio.ByteBuffer.wrap(digest);
        return new MessageNotes.Half(bytes.getLong(), bytes.getLong());
    }
}
