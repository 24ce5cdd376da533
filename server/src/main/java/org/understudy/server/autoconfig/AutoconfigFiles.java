package org.understudy.server.autoconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.job.OnDisk;
import org.understudy.server.autoconfig.Autoconfig.MailDomain;

/** The same as files, for any web server. They hold no address: mail programs fill in their own, or ask for it. */
public final class AutoconfigFiles {
    private AutoconfigFiles() {}

    /**
     * Writes a folder for each domain, with what a web server is to answer under {@code autoconfig.DOMAIN}, {@code
     * autodiscover.DOMAIN} or the domain itself. What is there is replaced.
     *
     * @return the files
     * @throws org.understudy.storage.OperatorException if one cannot be written
     */
    public static List<Path> write(Autoconfig settings, Path folder) {
        List<Path> written = new ArrayList<>();
        for (MailDomain mail : settings.domains()) {
            Map<String, String> files = new LinkedHashMap<>();
            files.put("mail/config-v1.1.xml", ThunderbirdSettings.of(mail));
            files.put(".well-known/autoconfig/mail/config-v1.1.xml", ThunderbirdSettings.of(mail));
            files.put("autodiscover/autodiscover.xml", OutlookSettings.of(mail, null));
            files.put("mail/apple.mobileconfig", AppleProfile.of(mail, null));
            files.forEach((name, text) -> {
                Path file = folder.resolve(mail.domain()).resolve(name);
                try {
                    Files.createDirectories(file.resolveSibling("."));
                    Files.writeString(file, text);
                } catch (IOException e) {
                    throw OnDisk.failure("cannot write " + file, e);
                }
                written.add(file);
            });
        }
        return written;
    }
}
