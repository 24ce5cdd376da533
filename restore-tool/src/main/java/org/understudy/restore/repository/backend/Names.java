package org.understudy.restore.repository.backend;

import java.util.regex.Pattern;

/** The rule for names of files, which all backends share. */
final class Names {
    private static final String PART = "[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}";
    private static final Pattern NAME = Pattern.compile(PART + "(/" + PART + "){0,7}");

    private Names() {}

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** @throws IllegalArgumentException if it is no name, so that none can lead out of a repository */
    static String require(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("not the name of a repository's file: " + name);
        }
        return name;
    }

    /** @throws IllegalArgumentException if it is neither empty nor a name and {@code /} */
    static String requireFolder(String folder) {
        if (!folder.isEmpty()) {
            if (!folder.endsWith("/")) {
                throw new IllegalArgumentException("a folder ends with '/': " + folder);
            }
            require(folder.substring(0, folder.length() - 1));
        }
        return folder;
    }

    /** The part after the last {@code /}. */
    static String last(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }
}
