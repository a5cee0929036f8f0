package dev.sluice.cli.chain;

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
 * What is kept of an attachment of ours as long as its link: a text in a map that is pinned beside
 * the link, since a BPF file system holds nothing but objects of BPF. Its first line is the wish.
 *
 * @param wish what it wants of its place
 * @param purpose what it is for, in a person's words; empty if nobody said
 */
public record AttachmentNote(Wish wish, String purpose) {
  /** Nothing that is worth keeping. */
  public static final AttachmentNote NONE = new AttachmentNote(Wish.NONE, "");

  private static final int BYTES = 1024;
  private static final byte[] KEY = {0, 0, 0, 0};

  /** The same with other wishes. */
  public AttachmentNote with(Wish wanted) {
    return new AttachmentNote(wanted, purpose);
  }

  /**
   * Keeps it for the link that is pinned at a path, in the place of what was kept there.
   *
   * @throws InvalidInput if it takes more than 1024 bytes
   */
  public void write(Datapath datapath, PinLayout pins, Path link, Rollback rollback) {
    byte[] text = (wish + "\n" + purpose).getBytes(StandardCharsets.UTF_8);
    if (text.length > BYTES) {
      throw new InvalidInput(
          "command line",
          0,
          0,
          "the wishes and the purpose take %d bytes, the most is %d".formatted(text.length, BYTES));
    }
    Path pin = pins.notePin(link);
    pins.remove(pin);
    if (equals(NONE)) {
      return;
    }
    try (BpfMap note =
        datapath.maps().create(MapSpec.of("sluice_note", MapType.ARRAY, KEY.length, BYTES, 1))) {
      note.update(KEY, Arrays.copyOf(text, BYTES));
      pins.prepare(pin, rollback);
      note.pin(pin);
      rollback.add(() -> pins.remove(pin));
    }
  }

  /** What is kept for the link that is pinned at a path. */
  public static AttachmentNote read(Datapath datapath, PinLayout pins, Path link) {
    try (BpfMap note = datapath.maps().openPinned(pins.notePin(link))) {
      byte[] value = note.lookup(KEY);
      return value == null
          ? NONE
          : parse(new String(value, StandardCharsets.UTF_8).replace("\0", ""));
    } catch (NotFound _) {
      return NONE;
    }
  }

  private static AttachmentNote parse(String text) {
    int end = text.indexOf('\n');
    return end < 0
        ? new AttachmentNote(Wish.parse(text), "")
        : new AttachmentNote(Wish.parse(text.substring(0, end)), text.substring(end + 1));
  }
}
