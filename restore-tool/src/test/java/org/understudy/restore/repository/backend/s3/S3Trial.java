package org.understudy.restore.repository.backend.s3;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A bucket on this machine, to try a repository in it: {@code S3Trial [DIR]}. It serves until it is stopped. */
final class S3Trial {
    private S3Trial() {}

    public static void main(String[] args) throws Exception {
        Path folder = args.length == 0 ? Files.createTempDirectory("understudy-s3-") : Path.of(args[0]);
        try (S3Server server = new S3Server(folder.toAbsolutePath())) {
            System.out.printf("""
                    A bucket is served from %s until Ctrl-C. For the configuration:

                    repository.s3 {
                      bucket = %s
                      endpoint = "%s"
                      path-style = true
                      credentials-file = %s
                    }
                    %n""", folder.toAbsolutePath(), S3Server.BUCKET, server.endpoint(), server.credentials);
            new CountDownLatch(1).await();
        }
    }
}
