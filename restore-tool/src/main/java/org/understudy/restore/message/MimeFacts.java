package org.understudy.restore.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.field.LenientFieldParser;
import org.apache.james.mime4j.message.DefaultBodyDescriptorBuilder;
import org.apache.james.mime4j.message.MaximalBodyDescriptor;
import org.apache.james.mime4j.stream.RawField;
import org.apache.james.mime4j.stream.RawFieldParser;
import org.apache.james.mime4j.util.ByteArrayBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.keyspace.MimeSummary;
import org.understudy.storage.keyspace.MimeSummary.Property;

/**
 * Turns the MIME fields of a message's own header (RFC 2045, 1864, 1766, 2183, 2557) into the properties that James's
 * mailbox keeps of a message, under James's names and in its order. A field that mime4j cannot read, or that is longer
 * than {@value #FIELD_LIMIT} octets, counts as absent.
 */
final class MimeFacts {
    private static final Logger LOG = LoggerFactory.getLogger(MimeFacts.class);
    private static final int FIELD_LIMIT = 64 * 1024;
    private static final int MESSAGE_ID_LIMIT = 998;

    private static final String RFC_2045 = "http://james.apache.org/rfc2045";
    private static final String CONTENT_TYPE = RFC_2045 + "/Content-Type";
    private static final String CONTENT_TYPE_PARAMETERS = CONTENT_TYPE + "/params";
    // James's constant lacks the slash before Content-Disposition.
    private static final String DISPOSITION = "http://james.apache.org/rfc2183Content-Disposition";

    private MimeFacts() {}

    static MimeSummary read(HeaderBlock header, long bodyLines) {
        MaximalBodyDescriptor descriptor = describe(header);
        String mediaType = lower(descriptor.getMediaType(), "text");
        String subType = lower(descriptor.getSubType(), "plain");
        List<Property> properties = new ArrayList<>();
        add(properties, CONTENT_TYPE, "type", mediaType);
        add(properties, CONTENT_TYPE, "subtype", subType);
        add(properties, RFC_2045, "Content-ID", descriptor.getContentId());
        add(properties, RFC_2045, "Content-Description", descriptor.getContentDescription());
        add(properties, "http://james.apache.org/rfc2557", "Content-Location", descriptor.getContentLocation());
        add(properties, "http://james.apache.org/rfc1864", "Content-MD5", descriptor.getContentMD5Raw());
        add(properties, RFC_2045, "Content-Transfer-Encoding", descriptor.getTransferEncoding());
        List<String> languages = descriptor.getContentLanguage();
        if (languages != null) {
            languages.forEach(
                    language -> add(properties, "http://james.apache.org/rfc1766", "Content-Language", language));
        }
        add(properties, DISPOSITION, "disposition-type", descriptor.getContentDispositionType());
        add(properties, DISPOSITION + "/params", descriptor.getContentDispositionParameters());
        add(properties, CONTENT_TYPE_PARAMETERS, descriptor.getContentTypeParameters());
        String charset = descriptor.getCharset();
        if (charset == null && mediaType.equals("text")) {
            charset = "us-ascii";
        }
        if (charset != null) {
            properties.removeIf(property -> property.namespace().equals(CONTENT_TYPE_PARAMETERS)
                    && property.name().equals("charset"));
            add(properties, CONTENT_TYPE_PARAMETERS, "charset", charset);
        }
        boolean lines = mediaType.equals("text") || mediaType.equals("message");
        return new MimeSummary(mediaType, subType, lines ? bodyLines : -1, messageId(header), properties, List.of());
    }

    private static MaximalBodyDescriptor describe(HeaderBlock header) {
        DefaultBodyDescriptorBuilder builder =
                new DefaultBodyDescriptorBuilder(null, LenientFieldParser.getParser(), DecodeMonitor.SILENT);
        for (HeaderBlock.Field field : header.fields()) {
            if (!isMimeField(field.name()) || field.length() > FIELD_LIMIT) {
                continue;
            }
            try {
                builder.addField(rawField(header.raw(field)));
            } catch (MimeException unreadable) {
                LOG.debug(
                        "{} at octet {} cannot be read as a MIME field and counts as absent",
                        field.name(),
                        field.offset());
            }
        }
        return (MaximalBodyDescriptor) builder.build();
    }

    private static boolean isMimeField(String name) {
        return name.regionMatches(true, 0, "Content-", 0, 8) || name.equalsIgnoreCase("MIME-Version");
    }

    private static RawField rawField(byte[] octets) throws MimeException {
        return RawFieldParser.DEFAULT.parseField(new ByteArrayBuffer(octets, true));
    }

    private static String messageId(HeaderBlock header) {
        HeaderBlock.Field field = header.first("Message-ID");
        if (field == null) {
            return "";
        }
        String value = header.value(field, MESSAGE_ID_LIMIT);
        int from = value.indexOf('<');
        int to = value.indexOf('>', from + 1);
        return from >= 0 && to > from ? value.substring(from, to + 1) : value;
    }

    private static String lower(@Nullable String value, String otherwise) {
        return value == null || value.isEmpty() ? otherwise : value.toLowerCase(Locale.ROOT);
    }

    private static void add(List<Property> properties, String namespace, String name, @Nullable String value) {
        if (value != null) {
            properties.add(new Property(namespace, name, value));
        }
    }

    private static void add(List<Property> properties, String namespace, Map<String, String> parameters) {
        parameters.forEach((name, value) -> add(properties, namespace, name.toLowerCase(Locale.ROOT), value));
    }
}
