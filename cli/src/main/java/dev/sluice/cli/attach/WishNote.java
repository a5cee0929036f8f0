package dev.sluice.cli.attach;

import dev.sluice.bpf.MapSpec;
import dev.sluice.bpf.MapType;
import dev.sluice.cli.PinLayout;
import dev.sluice.cli.Rollback;
import dev.sluice.datapath.Datapath;
import dev.sluice.datapath.InvalidInput;
import dev.sluice.datapath.NotFound;
import dev.sluice.datapath.chain.order.Wish;
import dev.sluice.datapath.program.BpfMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * What an attachment of ours wants of its place, kept as long as its link: a text in a map that is
 * pinned beside the link, since a BPF file system holds nothing but objects of BPF.
 */
final class WishNote {
  private static final int BYTES = 1024;
  private static final byte[] KEY = {0, 0, 0, 0};

  private WishNote() {}

  /** Keeps a wish for the link that is pinned at a path. */
  static void write(Datapath datapath, PinLayout pins, Path link, Wish wish, Rollback rollback) {
    Path pin = pins.notePin(link);
    pins.remove(pin);
    if (wish.isNone()) {
      return;
    }
    byte[] text = wish.toString().getBytes(StandardCharsets.UTF_8);
    if (text.length > BYTES) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "the wishes take %d bytes, the most is %d".formatted(text.length, BYTES));
    }
    try (BpfMap note =
        datapath.maps().create(MapSpec.of("sluice_wish", MapType.ARRAY, KEY.length, BYTES, 1))) {
      note.update(KEY, Arrays.copyOf(text, BYTES));
      pins.prepare(pin, rollback);
      note.pin(pin);
      rollback.add(() -> pins.remove(pin));
    }
  }

  /** The wish of the link that is pinned at a path. */
  static Wish read(Datapath datapath, PinLayout pins, Path link) {
    try (BpfMap note = datapath.maps().openPinned(pins.notePin(link))) {
      byte[] value = note.lookup(KEY);
      return value == null
          ? Wish.NONE
          : Wish.parse(new String(value, StandardCharsets.UTF_8).replace("\0", ""));
    } catch (NotFound _) {
      return Wish.NONE;
    }
  }
}
