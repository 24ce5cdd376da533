package org.understudy.restore.source.pst;

/**
 * A node: a stream of data, and nodes below it.
 *
 * @param id the lower five bits are its type
 * @param data id of its block of data, or of the tree of such; 0 if it has none
 * @param subnodes id of the block that lists the nodes below it, or 0
 * @param parent id of the folder that it is in; 0 where the format keeps none
 */
record Node(int id, long data, long subnodes, int parent) {
    static final int FOLDER = 0x02;
    static final int SEARCH_FOLDER = 0x03;
    static final int MESSAGE = 0x04;
    static final int FOLDER_SETTING = 0x08;
    static final int CONTENTS = 0x0e;

    static final int MESSAGE_STORE = 0x21;
    static final int PROPERTY_NAMES = 0x61;
    static final int ROOT_FOLDER = 0x122;
    static final int RECIPIENTS = 0x692;
    static final int ATTACHMENTS = 0x671;

    int type() {
        return type(id);
    }

    static int type(int id) {
        return id & 0x1f;
    }

    /** The id of another part of the same folder. */
    static int sibling(int id, int type) {
        return id & ~0x1f | type;
    }
}
