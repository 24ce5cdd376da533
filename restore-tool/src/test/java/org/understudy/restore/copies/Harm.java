package org.understudy.restore.copies;

import java.util.Arrays;
import java.util.Random;

/** What disks, file systems and tools do to a message's bytes; the result is never empty and never the same. */
enum Harm {
    CUT {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOf(mail, 1 + random.nextInt(mail.length - 1));
        }
    },
    CUT_AT_SECTOR {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            int sectors = (mail.length - 1) / 512;
            return Arrays.copyOf(mail, sectors == 0 ? mail.length - 1 : 512 * (1 + random.nextInt(sectors)));
        }
    },
    HEAD_LOST {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOfRange(mail, 1 + random.nextInt(mail.length - 1), mail.length);
        }
    },
    ZEROED {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            byte[] harmed = mail.clone();
            int from = random.nextInt(mail.length);
            Arrays.fill(harmed, from, Math.min(mail.length, from + 512), (byte) 0);
            return harmed;
        }
    },
    FOREIGN {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            byte[] harmed = mail.clone();
            int length = Math.min(512, Math.min(mail.length, other.length));
            System.arraycopy(
                    other,
                    random.nextInt(other.length - length + 1),
                    harmed,
                    random.nextInt(mail.length - length + 1),
                    length);
            return harmed;
        }
    },
    BIT {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            byte[] harmed = mail.clone();
            harmed[random.nextInt(mail.length)] ^= (byte) (1 << random.nextInt(7));
            return harmed;
        }
    },
    HEADER_BIT {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            byte[] harmed = mail.clone();
            harmed[random.nextInt(Math.min(mail.length, 400))] ^= (byte) (1 << random.nextInt(7));
            return harmed;
        }
    },
    DROPPED {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            int from = random.nextInt(mail.length - 1);
            int to = Math.min(mail.length, from + 1 + random.nextInt(512));
            byte[] harmed = Arrays.copyOf(mail, mail.length - (to - from));
            System.arraycopy(mail, to, harmed, from, mail.length - to);
            return harmed;
        }
    },
    ANOTHER {
        @Override
        byte[] to(byte[] mail, byte[] other, Random random) {
            return other;
        }
    };

    abstract byte[] to(byte[] mail, byte[] other, Random random);
}
