package org.understudy.restore.source.pst;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Windows code pages as character sets. */
final class CodePages {
    static final int UTF_8 = 65_001;
    private static final int WINDOWS_1252 = 1252;
    private static final int ISO_8859 = 28_590;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(437, "IBM437"),
            Map.entry(850, "IBM850"),
            Map.entry(852, "IBM852"),
            Map.entry(866, "IBM866"),
            Map.entry(874, "x-windows-874"),
            Map.entry(932, "windows-31j"),
            Map.entry(936, "GBK"),
            Map.entry(949, "x-windows-949"),
            Map.entry(950, "Big5"),
            Map.entry(1200, "UTF-16LE"),
            Map.entry(10_000, "x-MacRoman"),
            Map.entry(20_127, "US-ASCII"),
            Map.entry(20_866, "KOI8-R"),
            Map.entry(21_866, "KOI8-U"),
            Map.entry(38_598, "ISO-8859-8"),
            Map.entry(50_220, "ISO-2022-JP"),
            Map.entry(50_221, "ISO-2022-JP"),
            Map.entry(50_222, "ISO-2022-JP"),
            Map.entry(50_225, "ISO-2022-KR"),
            Map.entry(51_932, "EUC-JP"),
            Map.entry(51_936, "GB2312"),
            Map.entry(51_949, "EUC-KR"),
            Map.entry(54_936, "GB18030"),
            Map.entry(UTF_8, "UTF-8"));

    private CodePages() {}

    /** Windows-1252 for one that is not known here. */
    static Charset of(int codePage) {
        String name = NAMES.get(codePage);
        if (name == null && codePage > ISO_8859 && codePage <= ISO_8859 + 15) {
            name = "ISO-8859-" + (codePage - ISO_8859);
        }
        if (name == null) {
            name = "windows-" + (codePage >= 1250 && codePage <= 1258 ? codePage : WINDOWS_1252);
        }
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }
}
