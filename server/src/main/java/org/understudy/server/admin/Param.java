package org.understudy.server.admin;

import java.util.regex.Pattern;
import org.understudy.server.account.UserName;
import org.understudy.server.work.WorkId;
import org.understudy.storage.Reason;

/** What a segment of a path can be. Nothing else reaches an operation, so that no path leads out of its folder. */
enum Param {
    RESTORE("r-[0-9]{8}-[0-9a-f]{4}", "a restore, such as r-20260527-3fa9"),
    COHORT("c-[0-9]{8}-[0-9a-f]{4}", "a cohort, such as c-20260527-3fa9"),
    DRILL("d-[0-9]{8}-[0-9]{6}-[0-9a-f]{4}", "a drill, such as d-20260527-021500-3fa9"),
    WORK(WorkId.FORM, "a piece of work, such as w-3fa94c0112345678"),
    TOKEN("[0-9a-f]{8}", "a token's id, such as 3fa94c01"),
    USER("[^/\\\\\\x00-\\x20]{1,320}", "a user, such as anna or anna@example.org");

    private final String form;
    private final Pattern pattern;
    private final String what;

    Param(String form, String what) {
        this.form = form;
        this.pattern = Pattern.compile(form);
        this.what = what;
    }

    /** Regular expression for the whole. */
    String form() {
        return "^" + form + "$";
    }

    String what() {
        return what;
    }

    /**
     * The segment as operations take it.
     *
     * @throws Refused with status 400 if it is of another form
     */
    String checked(String segment) {
        if (!pattern.matcher(segment).matches()) {
            throw new Refused(
                    400, Reason.USAGE, "the path does not name " + what, "Give the name as the list of them shows it.");
        }
        return this == USER ? UserName.normalise(segment) : segment;
    }
}
