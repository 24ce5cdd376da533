package org.understudy.server.ledger;

import java.util.Locale;
import java.util.Optional;

/** TLS alerts (RFC 8446 section 6, RFC 5246 section 7.2), by their registered numbers. */
public enum Alert {
    CLOSE_NOTIFY(0),
    UNEXPECTED_MESSAGE(10),
    BAD_RECORD_MAC(20),
    DECRYPTION_FAILED(21),
    RECORD_OVERFLOW(22),
    HANDSHAKE_FAILURE(40),
    NO_CERTIFICATE(41),
    BAD_CERTIFICATE(42),
    UNSUPPORTED_CERTIFICATE(43),
    CERTIFICATE_REVOKED(44),
    CERTIFICATE_EXPIRED(45),
    CERTIFICATE_UNKNOWN(46),
    ILLEGAL_PARAMETER(47),
    UNKNOWN_CA(48),
    ACCESS_DENIED(49),
    DECODE_ERROR(50),
    DECRYPT_ERROR(51),
    PROTOCOL_VERSION(70),
    INSUFFICIENT_SECURITY(71),
    INTERNAL_ERROR(80),
    INAPPROPRIATE_FALLBACK(86),
    USER_CANCELED(90),
    NO_RENEGOTIATION(100),
    MISSING_EXTENSION(109),
    UNSUPPORTED_EXTENSION(110),
    UNRECOGNIZED_NAME(112),
    BAD_CERTIFICATE_STATUS_RESPONSE(113),
    UNKNOWN_PSK_IDENTITY(115),
    CERTIFICATE_REQUIRED(116),
    NO_APPLICATION_PROTOCOL(120);

    private final int code;

    Alert(int code) {
        this.code = code;
    }

    public static Optional<Alert> of(int code) {
        for (Alert alert : values()) {
            if (alert.code == code) {
                return Optional.of(alert);
            }
        }
        return Optional.empty();
    }

    public static Optional<Alert> named(String word) {
        for (Alert alert : values()) {
            if (alert.word().equals(word)) {
                return Optional.of(alert);
            }
        }
        return Optional.empty();
    }

    /** As the RFC writes it: {@code unknown_ca}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it ends a connection in order. */
    public boolean harmless() {
        return this == CLOSE_NOTIFY || this == USER_CANCELED;
    }

    /** Whether clients say by it that they do not want the certificate. */
    public boolean refusesCertificate() {
        return switch (this) {
            case BAD_CERTIFICATE,
                    UNSUPPORTED_CERTIFICATE,
                    CERTIFICATE_REVOKED,
                    CERTIFICATE_EXPIRED,
                    CERTIFICATE_UNKNOWN,
                    UNKNOWN_CA,
                    ACCESS_DENIED,
                    UNRECOGNIZED_NAME,
                    BAD_CERTIFICATE_STATUS_RESPONSE -> true;
            case CLOSE_NOTIFY,
                    UNEXPECTED_MESSAGE,
                    BAD_RECORD_MAC,
                    DECRYPTION_FAILED,
                    RECORD_OVERFLOW,
                    HANDSHAKE_FAILURE,
                    NO_CERTIFICATE,
                    ILLEGAL_PARAMETER,
                    DECODE_ERROR,
                    DECRYPT_ERROR,
                    PROTOCOL_VERSION,
                    INSUFFICIENT_SECURITY,
                    INTERNAL_ERROR,
                    INAPPROPRIATE_FALLBACK,
                    USER_CANCELED,
                    NO_RENEGOTIATION,
                    MISSING_EXTENSION,
                    UNSUPPORTED_EXTENSION,
                    UNKNOWN_PSK_IDENTITY,
                    CERTIFICATE_REQUIRED,
                    NO_APPLICATION_PROTOCOL -> false;
        };
    }
}
