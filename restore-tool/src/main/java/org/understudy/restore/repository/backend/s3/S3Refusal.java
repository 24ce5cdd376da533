package org.understudy.restore.repository.backend.s3;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.NoSuchFileException;
import javax.net.ssl.SSLException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What a service's refusals mean to an operator. Credentials are in none of them. */
final class S3Refusal {
    private S3Refusal() {}

    /**
     * The refusal of a request.
     *
     * @return what is to be thrown
     * @throws OperatorException where it is known what to do about it
     */
    static IOException of(S3Settings settings, String doing, String place, SdkException e) {
        if (e instanceof S3Exception service) {
            return answered(settings, doing, place, service);
        }
        Throwable root = root(e);
        String said = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        if (root instanceof ConnectException
                || root instanceof UnknownHostException
                || root instanceof NoRouteToHostException
                || root instanceof SocketTimeoutException
                || root instanceof SSLException) {
            throw new OperatorException(
                    Reason.UNREACHABLE,
                    doing + " " + place + " failed: the service does not answer (" + kind(root) + ": " + said + ")",
                    "Check the endpoint in the configuration, the network, and whether the service is up. What was"
                            + " uploaded so far is used again.",
                    e);
        }
        String message = String.valueOf(e.getMessage());
        if (message.contains("credentials")) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    doing + " " + place + " failed: no credentials were found",
                    settings.credentialsFile() == null
                            ? "Name a file with them as repository.s3.credentials-file, or put them where the AWS tools"
                                    + " look: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment, or"
                                    + " ~/.aws/credentials of the server's user."
                            : "Check that " + settings.credentialsFile() + " has a section ["
                                    + (settings.profile() == null ? "default" : settings.profile())
                                    + "] with aws_access_key_id and aws_secret_access_key.",
                    e);
        }
        return new IOException(doing + " " + place + " failed: " + message, e);
    }

    private static Throwable root(Throwable e) {
        Throwable root = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }

    private static String kind(Throwable root) {
        return switch (root) {
            case UnknownHostException unknown -> "unknown host";
            case SocketTimeoutException late -> "time-out";
            case SSLException tls -> "TLS";
            default -> "no connection";
        };
    }

    private static IOException answered(S3Settings settings, String doing, String place, S3Exception e) {
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        String said = details == null || details.errorMessage() == null ? "" : ": " + details.errorMessage();
        String text = doing + " " + place + " failed: HTTP " + e.statusCode() + (code.isEmpty() ? "" : " " + code)
                + said + (e.requestId() == null ? "" : " (request " + e.requestId() + ")");
        if (code.equals("NoSuchBucket")) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "there is no bucket " + settings.bucket() + " at " + settings.location(),
                    "Check repository.s3 in the configuration (bucket, endpoint, region, path-style). Understudy makes"
                            + " no buckets.",
                    e);
        }
        if (e.statusCode() == 404) {
            NoSuchFileException none = new NoSuchFileException(place);
            none.initCause(e);
            return none;
        }
        return switch (code) {
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken" ->
                throw new OperatorException(
                        Reason.ACCESS_DENIED,
                        doing + " " + place + " failed: the service does not accept the credentials (" + code + ")",
                        "Check the access key and its secret, and that repository.s3.region is the bucket's.",
                        e);
            case "RequestTimeTooSkewed" ->
                throw new OperatorException(
                        Reason.ACCESS_DENIED,
                        doing + " " + place + " failed: this machine's clock is off",
                        "Set the clock, and keep it right with NTP.",
                        e);
            default -> {
                if (e.statusCode() == 403 || e.statusCode() == 401) {
                    throw new OperatorException(
                            Reason.PERMISSION,
                            text,
                            "Give the key the rights s3:GetObject, s3:PutObject, s3:DeleteObject, s3:ListBucket,"
                                    + " s3:AbortMultipartUpload, s3:ListMultipartUploadParts and"
                                    + " s3:ListBucketMultipartUploads on the bucket, and s3:PutObjectRetention where"
                                    + " objects are to be locked.",
                            e);
                }
                yield new IOException(text, e);
            }
        };
    }

    /** Whether the service said that a condition of the request does not hold. */
    static boolean conditionFailed(SdkException e) {
        return e instanceof S3Exception service && (service.statusCode() == 412 || service.statusCode() == 409);
    }

    /** Whether the service does not know what was asked of it, which older ones say of conditions. */
    static boolean notOffered(SdkException e) {
        return e instanceof S3Exception service
                && (service.statusCode() == 501
                        || service.awsErrorDetails() != null
                                && "NotImplemented"
                                        .equals(service.awsErrorDetails().errorCode()));
    }
}
