package org.understudy.restore.source.pst;

import java.util.HexFormat;

/**
 * How the octets of data blocks are scrambled ([MS-PST] sections 5.1 and 5.2). Neither way is encryption: there is no key
 * but the block's own id.
 */
enum Scrambling {
    NONE,
    /** Each octet replaced by another: Outlook's default. */
    PERMUTED,
    /** By a machine of three rotors that begins at the block's id: Outlook's high encryption. */
    CYCLIC;

    /** Stated by the format; undoes the first rotor. */
    private static final byte[] UNDONE = HexFormat.of()
            .parseHex("47f1b4e60b6a7248854e9eebe2f89453e0bba002e85a09abdbe3bac67cc310dd"
                    + "39059630f53760828cc9134a6b1df3fb8f2697ca911701c4322d6e3195ffd923"
                    + "d1005e79dc443b1a28c5615720903d83b943be67d2464276c06d5b7eb20f1629"
                    + "3ca903540dda5ddff6b7c762cd8d06d3695c86d614f7a56675acb1e94521700c"
                    + "879f74a4224c6fbf1f56aa2eb3783350b0a392bccf191ca763cb1e4d3e4b1b9b"
                    + "4fe7f0eead3ab55904ea40552551e57a893868527bfc27aed7bdfa07f4cc8e5f"
                    + "ef359c842b15d5773449b6120a7f7188fd9d18417d93d8582ccefe24afdeb836"
                    + "c8a180a69998a82f0e816573e4c2a28ad4e111d0088b2af2ed9a643fc16cf9ec");

    /** Stated by the format; its own inverse. */
    private static final byte[] MIDDLE = HexFormat.of()
            .parseHex("14530f56b3c87a9ceb65481716159f02cc547c83000d0c0ba262a876dbd9edc7"
                    + "c5a4dcac8574d6d0a79bae9a967166c36399b8dd73928e847da55ed15d93b157"
                    + "5150808952944f4e0a6bbc8d7f6e47464140440111cb033ff7f4e1a98f3c3af9"
                    + "fbf0193082092ec99da08649ee6f4d6dc42d813425871b88aafc06a11238fd4c"
                    + "4272641337246a757743ffe6b44b365ce4d8353d45b92cecb7312b290768a30e"
                    + "697b189e2139be281a5b78f523ca2ab0af3efe048ce7e5983295d3f64ae8a6ea"
                    + "e9f3d52f7020f21f0567ad5510cecde3273bdabad7c226d4911dd21c2233f8fa"
                    + "f15aefcf90b68bb5bdc0bf08971e6ce261e0c6c159abbb58de5fdf60797eb28a");

    private static final byte[] FIRST = inverse(UNDONE);

    /** @throws DamageException if the header states a way that the format does not have */
    static Scrambling of(int method) throws DamageException {
        return switch (method) {
            case 0 -> NONE;
            case 1 -> PERMUTED;
            case 2 -> CYCLIC;
            default ->
                throw new DamageException(
                        "its blocks are encrypted by method 0x%02x, which is not known here".formatted(method));
        };
    }

    /** Undoes it in place. */
    void undo(byte[] bytes, int length, long blockId) {
        switch (this) {
            case NONE -> {}
            case PERMUTED -> {
                for (int i = 0; i < length; i++) {
                    bytes[i] = UNDONE[bytes[i] & 0xff];
                }
            }
            case CYCLIC -> turn(bytes, length, blockId);
        }
    }

    /** The same there and back. */
    private static void turn(byte[] bytes, int length, long blockId) {
        int rotor = ((int) blockId ^ (int) blockId >>> 16) & 0xffff;
        for (int i = 0; i < length; i++) {
            int low = rotor & 0xff;
            int high = rotor >>> 8 & 0xff;
            int octet = FIRST[bytes[i] + low & 0xff] & 0xff;
            octet = MIDDLE[octet + high & 0xff] & 0xff;
            octet = UNDONE[octet - high & 0xff] & 0xff;
            bytes[i] = (byte) (octet - low);
            rotor = rotor + 1 & 0xffff;
        }
    }

    private static byte[] inverse(byte[] table) {
        byte[] inverse = new byte[table.length];
        for (int i = 0; i < table.length; i++) {
            inverse[table[i] & 0xff] = (byte) i;
        }
        return inverse;
    }
}
