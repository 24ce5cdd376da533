package org.understudy.server.account;

/** The directory, which alone knows the user or might, cannot be asked now. */
public final class DirectoryAwayException extends LoginNotCheckedException {
    private static final long serialVersionUID = 1;

    DirectoryAwayException(String why) {
        super("the directory cannot be asked: " + why);
    }
}
