package org.understudy.restore.cohort;

/** Which users of a cohort are held back until a person has looked. Users that live does not have always are. */
public enum Hold {
    /** Those with items that are unreadable, or messages that are damaged or may be another user's. */
    DAMAGE,
    /** Those with suspect messages too. */
    DOUBT,
    /** None. */
    NEVER
}
