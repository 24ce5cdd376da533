package org.understudy.server.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Room on the disks of the data folder and, where it is in a folder, of the repository. */
public final class DiskMeters implements Section {
    private final Map<String, Path> places;
    private volatile Map<String, Room> seen = Map.of();

    private record Room(double free, double size) {
        static final Room UNKNOWN = new Room(Double.NaN, Double.NaN);
    }

    /** @param places folders by {@code data} and {@code repository} */
    public DiskMeters(Map<String, Path> places) {
        this.places = Map.copyOf(places);
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String place : places.keySet()) {
            Gauge.builder("understudy.disk.free", () -> room(place).free())
                    .description("What the server may still write.")
                    .baseUnit("bytes")
                    .tag("place", place)
                    .register(registry);
            Gauge.builder("understudy.disk.size", () -> room(place).size())
                    .description("The whole disk.")
                    .baseUnit("bytes")
                    .tag("place", place)
                    .register(registry);
        }
    }

    private Room room(String place) {
        return seen.getOrDefault(place, Room.UNKNOWN);
    }

    @Override
    public void look() {
        Map<String, Room> now = new TreeMap<>();
        places.forEach((place, folder) -> now.put(place, room(folder)));
        seen = now;
    }

    /** Unknown before the folder is made, and where its disk has gone; the repository has a meter that tells it. */
    private static Room room(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Room.UNKNOWN;
        }
        try {
            FileStore disk = Files.getFileStore(folder);
            return new Room(disk.getUsableSpace(), disk.getTotalSpace());
        } catch (IOException e) {
            throw new UncheckedIOException(folder + ": its disk cannot be looked at", e);
        }
    }
}
