package org.understudy.restore.crowd;

import java.nio.LongBuffer;
import java.util.Arrays;

/** A list of numbers that never changes. */
public final class Numbers {
    private final long[] numbers;

    private Numbers(long[] numbers) {
        this.numbers = numbers;
    }

    /** The first {@code size} of an array, copied. */
    static Numbers of(long[] numbers, int size) {
        return new Numbers(Arrays.copyOf(numbers, size));
    }

    /** The next {@code size} of a buffer. */
    static Numbers read(LongBuffer from, int size) {
        long[] numbers = new long[size];
        from.get(numbers);
        return new Numbers(numbers);
    }

    /** Puts all of them into a buffer. */
    void write(LongBuffer to) {
        to.put(numbers);
    }

    public int size() {
        return numbers.length;
    }

    public long at(int index) {
        return numbers[index];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Numbers o && Arrays.equals(numbers, o.numbers);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(numbers);
    }
}
