package org.understudy.restore.source.pst;

/** The CRC of the format: CRC-32's polynomial from zero on, without inversion at the end ([MS-PST] section 5.3). */
final class Checksum {
    private static final int POLYNOMIAL = 0xedb88320;
    private static final int[] TABLE = table();

    private Checksum() {}

    static int of(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum = TABLE[(sum ^ bytes[i]) & 0xff] ^ sum >>> 8;
        }
        return sum;
    }

    private static int[] table() {
        int[] table = new int[256];
        for (int n = 0; n < table.length; n++) {
            int sum = n;
            for (int bit = 0; bit < 8; bit++) {
                sum = (sum & 1) == 0 ? sum >>> 1 : sum >>> 1 ^ POLYNOMIAL;
            }
            table[n] = sum;
        }
        return table;
    }
}
