package org.understudy.restore.validate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Kinds of damage that disks, file systems and careless tools do to a message; each changes a copy. */
enum Damage {
    TRUNCATED_AT_SECTOR {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return mail.length < 1024 ? null : Arrays.copyOf(mail, 512 * (1 + random.nextInt((mail.length - 1) / 512)));
        }
    },
    TRUNCATED_ANYWHERE {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOf(mail, random.nextInt(mail.length));
        }
    },
    LOST_LAST_LINES {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int end = mail.length - 1 - random.nextInt(Math.max(1, mail.length / 3));
            while (end > 0 && mail[end - 1] != '\n') {
                end--;
            }
            return end == 0 ? null : Arrays.copyOf(mail, end);
        }
    },
    EMPTIED {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return new byte[0];
        }
    },
    ZEROED_SECTOR {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 512, random, (byte) 0);
        }
    },
    ZEROED_PAGE {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 4096, random, (byte) 0);
        }
    },
    ERASED_SECTOR_FF {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 512, random, (byte) 0xFF);
        }
    },
    ZEROED_TAIL {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] changed = mail.clone();
            Arrays.fill(changed, random.nextInt(mail.length), mail.length, (byte) 0);
            return changed;
        }
    },
    RANDOM_SECTOR {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] noise = new byte[512];
            random.nextBytes(noise);
            return block(mail, noise, 0, 512, random);
        }
    },
    FOREIGN_SECTOR {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return foreign(mail, other, 512, random);
        }
    },
    FOREIGN_PAGE {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return foreign(mail, other, 4096, random);
        }
    },
    FOREIGN_TAIL {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            if (mail.length < 1024 || other.length < mail.length) {
                return null;
            }
            byte[] changed = mail.clone();
            int from = 512 * (1 + random.nextInt((mail.length - 1) / 512));
            System.arraycopy(other, from, changed, from, mail.length - from);
            return changed;
        }
    },
    HEAD_CUT {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOfRange(mail, 1 + random.nextInt(Math.min(mail.length - 1, 4096)), mail.length);
        }
    },
    HEAD_SECTOR_CUT {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return mail.length < 1024 ? null : Arrays.copyOfRange(mail, 512, mail.length);
        }
    },
    BYTES_DROPPED_INSIDE {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            if (mail.length < 1500) {
                return null;
            }
            int from = 512 + random.nextInt(mail.length - 1100);
            byte[] changed = Arrays.copyOf(mail, mail.length - 512);
            System.arraycopy(mail, from + 512, changed, from, mail.length - from - 512);
            return changed;
        }
    },
    BIT_FLIP_HEADER {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return flip(mail, 0, DamageTrial.bodyOffset(mail), random);
        }
    },
    BIT_FLIP_BODY {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return flip(mail, DamageTrial.bodyOffset(mail), mail.length, random);
        }
    },
    BIT_FLIP_SIGNED_BODY {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return contains(mail, "dkim-signature:")
                    ? flip(mail, DamageTrial.bodyOffset(mail), mail.length, random)
                    : null;
        }
    },
    BIT_FLIP_SIGNED_HEADER {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return contains(mail, "dkim-signature:") ? flip(mail, 0, DamageTrial.bodyOffset(mail), random) : null;
        }
    },
    BIT_FLIP_BASE64 {
        @Override
        byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            String text = new String(mail, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            int part = text.indexOf("content-transfer-encoding: base64");
            int from = part < 0 ? -1 : text.indexOf("\n\n", part);
            if (from < 0) {
                return null;
            }
            int to = text.indexOf("\n--", from + 2);
            return flip(mail, from + 2, to < 0 ? mail.length : to, random);
        }
    };

    /** The damaged copy, or null where this damage does not apply. */
    abstract byte @Nullable [] apply(byte[] mail, byte[] other, Random random);

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static byte @Nullable [] filled(byte[] mail, int size, Random random, byte octet) {
        byte[] fill = new byte[size];
        Arrays.fill(fill, octet);
        return block(mail, fill, 0, size, random);
    }

    private static byte @Nullable [] foreign(byte[] mail, byte[] other, int size, Random random) {
        return other.length < size
                ? null
                : block(mail, other, size * random.nextInt(other.length / size), size, random);
    }

    /** Overwrites one aligned block, or what the message has of it. */
    private static byte @Nullable [] block(byte[] mail, byte[] from, int at, int size, Random random) {
        if (mail.length < size / 2) {
            return null;
        }
        byte[] changed = mail.clone();
        int to = size * random.nextInt((mail.length + size - 1) / size);
        System.arraycopy(from, at, changed, to, Math.min(size, mail.length - to));
        return changed;
    }

    private static byte @Nullable [] flip(byte[] mail, int from, int to, Random random) {
        if (to <= from) {
            return null;
        }
        byte[] changed = mail.clone();
        changed[from + random.nextInt(to - from)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    private static boolean contains(byte[] mail, String lower) {
        return new String(mail, 0, DamageTrial.bodyOffset(mail), StandardCharsets.ISO_8859_1)
                .toLowerCase(Locale.ROOT)
                .contains(lower);
    }
}
