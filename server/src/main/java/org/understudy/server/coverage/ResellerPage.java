package org.understudy.server.coverage;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.understudy.storage.keyspace.Digest;

/** One reseller's affected users as one HTML file that loads nothing and runs no script. */
final class ResellerPage {
    private static final String STYLE = Notice.resource("report.css");

    private final StringBuilder out = new StringBuilder();

    private ResellerPage() {}

    static String of(String reseller, Plan plan, List<Plan.Warned> warned, String notice) {
        ResellerPage page = new ResellerPage();
        long users = warned.stream().map(Plan.Warned::user).distinct().count();
        page.head("Certificate warnings \u2013 " + reseller);
        page.out
                .append("<header>\n<p class=\"eyebrow\">Cut-over on ")
                .append(day(plan.cutOver()))
                .append("</p>\n<h1>")
                .append(text(reseller))
                .append(": ")
                .append(number(users))
                .append(users == 1 ? " user" : " users")
                .append(" will be warned</h1>\n</header>\n<main>\n");
        page.out
                .append("<h2>Notice</h2>\n<div class=\"notice\">")
                .append(text(notice.strip()))
                .append("</div>\n");
        Map<String, List<Plan.Warned>> byDomain = new TreeMap<>();
        warned.forEach(one -> byDomain.computeIfAbsent(one.domain(), domain -> new java.util.ArrayList<>())
                .add(one));
        byDomain.forEach(page::domain);
        page.out.append("</main>\n");
        page.foot(plan);
        return page.out.toString();
    }

    /** The operator's own overview of all. */
    static String index(Plan plan, List<ReportFolder.Part> parts) {
        ResellerPage page = new ResellerPage();
        page.head("Certificate warnings");
        page.out.append("<header").append(plan.calm() ? " class=\"calm\"" : "");
        page.out
                .append(">\n<p class=\"eyebrow\">Cut-over on ")
                .append(day(plan.cutOver()))
                .append("</p>\n<h1>")
                .append(number(plan.totals().warned()))
                .append(" of ")
                .append(number(plan.totals().users()))
                .append(" users will be warned</h1>\n</header>\n<main>\n");
        page.out
                .append("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Reseller or domain</th>")
                .append("<th scope=\"col\" class=\"number\">Users</th>")
                .append(
                        "<th scope=\"col\" class=\"number\">Names</th><th scope=\"col\">Files</th></tr></thead>\n<tbody>\n");
        for (ReportFolder.Part part : parts) {
            page.out
                    .append("<tr><td>")
                    .append(text(part.reseller()))
                    .append("</td><td class=\"number\">")
                    .append(number(part.users()))
                    .append("</td><td class=\"number\">")
                    .append(number(part.names()))
                    .append("</td><td>");
            for (String ending : List.of("html", "csv", "txt")) {
                page.out
                        .append("<a href=\"")
                        .append(text(part.file()))
                        .append('.')
                        .append(ending)
                        .append("\">")
                        .append(ending)
                        .append("</a> ");
            }
            page.out.append("</td></tr>\n");
        }
        page.out.append("</tbody></table></div>\n</main>\n");
        page.foot(plan);
        return page.out.toString();
    }

    private void domain(String domain, List<Plan.Warned> warned) {
        out.append("<h2>")
                .append(text(domain))
                .append("</h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">User</th>")
                .append("<th scope=\"col\">Server name in use</th><th scope=\"col\">Mail program</th>")
                .append("<th scope=\"col\">Why</th><th scope=\"col\" class=\"number\">Logins</th>")
                .append("<th scope=\"col\">Last seen</th></tr></thead>\n<tbody>\n");
        for (Plan.Warned one : warned) {
            out.append("<tr><td>")
                    .append(text(one.user()))
                    .append("</td><td>")
                    .append(text(one.host()))
                    .append("</td><td>")
                    .append(text(one.clients().isEmpty() ? "not known" : String.join(", ", one.clients())))
                    .append("</td><td>")
                    .append(why(one.verdict()))
                    .append("</td><td class=\"number\">")
                    .append(number(one.logins()))
                    .append("</td><td class=\"date\">")
                    .append(day(one.last()))
                    .append("</td></tr>\n");
        }
        out.append("</tbody></table></div>\n");
    }

    static String why(Plan.Verdict verdict) {
        return switch (verdict) {
            case NAME -> "no certificate for this name";
            case EXPIRED -> "certificate expired";
            case EARLY -> "certificate not valid yet";
            case COVERED -> "covered";
        };
    }

    private void head(String title) {
        String hash =
                Base64.getEncoder().encodeToString(Digest.sha256().digest(STYLE.getBytes(StandardCharsets.UTF_8)));
        out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-")
                .append(hash)
                .append("'; base-uri 'none'; form-action 'none'\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .append(
                        "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"robots\" content=\"noindex\">\n<title>")
                .append(text(title))
                .append("</title>\n<style>")
                .append(STYLE)
                .append("</style>\n</head>\n<body>\n");
    }

    private void foot(Plan plan) {
        out.append("<footer>\n<p>From logins since ").append(day(plan.since())).append('.');
        if (plan.unnamed().users() > 0) {
            out.append(" Besides, the programs of ")
                    .append(number(plan.unnamed().users()))
                    .append(" users in all do not say which server name they use; they are not listed.");
        }
        if (!plan.untold().isEmpty()) {
            out.append(" Not complete: ").append(text(plan.untold())).append('.');
        }
        out.append(" This file loads nothing and runs no script.</p>\n</footer>\n</body>\n</html>\n");
    }

    private static String day(java.time.Instant at) {
        return at.toString().substring(0, 10);
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String text(String text) {
        return org.understudy.restore.cli.Printable.text(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
