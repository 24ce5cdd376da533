package org.understudy.restore.validate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Kinds of damage that disks, file systems and careless tools do to a message; each changes a copy. */
public enum Damage {
    TRUNCATED_AT_SECTOR {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return mail.length < 1024 ? null : Arrays.copyOf(mail, 512 * (1 + random.nextInt((mail.length - 1) / 512)));
        }
    },
    TRUNCATED_ANYWHERE {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOf(mail, random.nextInt(mail.length));
        }
    },
    LOST_LAST_LINES {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int end = mail.length - 1 - random.nextInt(Math.max(1, mail.length / 3));
            while (end > 0 && mail[end - 1] != '\n') {
                end--;
            }
            return end == 0 ? null : Arrays.copyOf(mail, end);
        }
    },
    EMPTIED {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return new byte[0];
        }
    },
    ZEROED_SECTOR {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 512, random, (byte) 0);
        }
    },
    ZEROED_PAGE {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 4096, random, (byte) 0);
        }
    },
    ERASED_SECTOR_FF {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return filled(mail, 512, random, (byte) 0xFF);
        }
    },
    ZEROED_TAIL {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] changed = mail.clone();
            Arrays.fill(changed, random.nextInt(mail.length), mail.length, (byte) 0);
            return changed;
        }
    },
    RANDOM_SECTOR {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] noise = new byte[512];
            random.nextBytes(noise);
            return block(mail, noise, 0, 512, random);
        }
    },
    FOREIGN_SECTOR {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return foreign(mail, other, 512, random);
        }
    },
    FOREIGN_PAGE {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return foreign(mail, other, 4096, random);
        }
    },
    FOREIGN_TAIL {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
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
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return Arrays.copyOfRange(mail, 1 + random.nextInt(Math.min(mail.length - 1, 4096)), mail.length);
        }
    },
    HEAD_SECTOR_CUT {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return mail.length < 1024 ? null : Arrays.copyOfRange(mail, 512, mail.length);
        }
    },
    BYTES_DROPPED_INSIDE {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            if (mail.length < 1500) {
                return null;
            }
            int from = 512 + random.nextInt(mail.length - 1100);
            byte[] changed = Arrays.copyOf(mail, mail.length - 512);
            System.arraycopy(mail, from + 512, changed, from, mail.length - from - 512);
            return changed;
        }
    },
    ZEROED_ANYWHERE {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] changed = mail.clone();
            int from = random.nextInt(mail.length);
            Arrays.fill(changed, from, Math.min(mail.length, from + 64 + random.nextInt(2000)), (byte) 0);
            return changed.length - from < 64 ? null : changed;
        }
    },
    HEADER_LINES_LOST {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int body = DamageTrial.bodyOffset(mail);
            int from = random.nextInt(Math.max(1, body));
            while (from < body && mail[from] != '\n') {
                from++;
            }
            return from + 1 >= body ? null : Arrays.copyOfRange(mail, from + 1, mail.length);
        }
    },
    LINE_ENDS_TO_CR {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            byte[] changed = mail.clone();
            for (int i = random.nextInt(mail.length); i < mail.length; i++) {
                changed[i] = changed[i] == '\n' ? (byte) '\r' : changed[i];
            }
            return changed;
        }
    },
    LINE_ENDS_CONVERTED {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            String text = new String(mail, StandardCharsets.ISO_8859_1);
            return (text.contains("\r\n") ? text.replace("\r\n", "\n") : text.replace("\n", "\r\n"))
                    .getBytes(StandardCharsets.ISO_8859_1);
        }
    },
    LINE_ENDS_LOST {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int from = random.nextInt(mail.length);
            String kept = new String(mail, 0, from, StandardCharsets.ISO_8859_1);
            String rest = new String(mail, from, mail.length - from, StandardCharsets.ISO_8859_1);
            return (kept + rest.replace("\n", "")).getBytes(StandardCharsets.ISO_8859_1);
        }
    },
    LINE_ENDS_DOUBLED {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int from = random.nextInt(mail.length);
            String kept = new String(mail, 0, from, StandardCharsets.ISO_8859_1);
            String rest = new String(mail, from, mail.length - from, StandardCharsets.ISO_8859_1);
            return (kept + rest.replace("\n", "\r\r\n")).getBytes(StandardCharsets.ISO_8859_1);
        }
    },
    WORDS_CHANGED {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            int body = DamageTrial.bodyOffset(mail);
            byte[] changed = mail.clone();
            int letters = 0;
            for (int i = body + random.nextInt(Math.max(1, mail.length - body)); i < mail.length && letters < 5; i++) {
                if (changed[i] >= 'a' && changed[i] <= 'z') {
                    changed[i] = (byte) ('a' + (changed[i] - 'a' + 7) % 26);
                    letters++;
                } else if (letters > 0) {
                    break;
                }
            }
            return letters == 0 ? null : changed;
        }
    },
    BIT_FLIP_HEADER {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return flip(mail, 0, DamageTrial.bodyOffset(mail), random);
        }
    },
    BIT_FLIP_BODY {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return flip(mail, DamageTrial.bodyOffset(mail), mail.length, random);
        }
    },
    BIT_FLIP_SIGNED_BODY {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return contains(mail, "dkim-signature:")
                    ? flip(mail, DamageTrial.bodyOffset(mail), mail.length, random)
                    : null;
        }
    },
    BIT_FLIP_SIGNED_HEADER {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
            return contains(mail, "dkim-signature:") ? flip(mail, 0, DamageTrial.bodyOffset(mail), random) : null;
        }
    },
    BIT_FLIP_BASE64 {
        @Override
        public byte @Nullable [] apply(byte[] mail, byte[] other, Random random) {
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
    public abstract byte @Nullable [] apply(byte[] mail, byte[] other, Random random);

    public String text() {
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
